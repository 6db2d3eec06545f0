import type { Environment, JsonObject } from "../core/index.ts";
import type { HandConfig, Requirement } from "../manifest/index.ts";
import { findProgram } from "../tools/index.ts";
import type { ProjectConfig } from "./project-config.ts";

/**
 * What a hand requires and this machine lacks: programs on PATH, variables of the environment or secrets of the project. What a chosen option
 * needs counts as optional.
 */
export function findMissingRequirements(
  hand: Pick<HandConfig, "requires" | "settings" | "parameters">,
  machine: { readonly environment: Environment; readonly secrets: ProjectConfig["secrets"] },
): readonly Requirement[] {
  const { environment, secrets } = machine;
  const isSet = (name: string) => {
    const value = Object.hasOwn(secrets, name) ? secrets[name] : environment[name];
    return value !== undefined && value !== "";
  };
  return [...hand.requires, ...requirementsOfChoices(hand.settings, hand.parameters)].filter(
    ({ binary, env }) =>
      binary === null
        ? !env.some(isSet)
        : findProgram(binary, process.cwd(), environment["PATH"]) === undefined,
  );
}

function requirementsOfChoices(
  settings: HandConfig["settings"],
  parameters: JsonObject,
): readonly Requirement[] {
  return settings.flatMap(({ key, label, options }) => {
    const chosen = options.find(({ value }) => value === parameters[key]);
    if (chosen === undefined) return [];
    const plain = {
      label: `${label}: ${chosen.label}`,
      description: null,
      optional: true,
      install: {},
    };
    return [
      ...(chosen.binary === null ? [] : [{ ...plain, binary: chosen.binary, env: [] }]),
      ...(chosen.env === null ? [] : [{ ...plain, binary: null, env: [chosen.env] }]),
    ];
  });
}
