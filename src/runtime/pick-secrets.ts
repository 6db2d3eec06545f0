import type { Environment } from "../core/index.ts";
import type { ProjectConfig } from "./project-config.ts";

/** The named secrets that have a value: from the project's file, else from the variable of that name. */
export function pickSecrets(
  secrets: ProjectConfig["secrets"],
  environment: Environment,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const picked: Record<string, string> = {};
  for (const name of names) {
    const value = Object.hasOwn(secrets, name) ? secrets[name] : environment[name];
    if (value !== undefined && value !== "") picked[name] = value;
  }
  return picked;
}
