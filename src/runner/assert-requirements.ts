import type { JsonObject } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { describeInstallation, describeRequirement } from "../manifest/index.ts";
import type { RunnerParts } from "./types.ts";

/**
 * Looks, before anything of a hand happens, whether the machine has what it requires. What is optional does not count.
 *
 * Throws: `hand_broken`, with what is missing and how its author says to get it.
 */
export function assertRequirements(
  parts: Pick<RunnerParts, "findMissing">,
  config: HandConfig,
  parameters: JsonObject,
): void {
  const missing = parts.findMissing({ ...config, parameters }).filter(({ optional }) => !optional);
  if (missing.length === 0) return;
  const ways = missing.flatMap((requirement) => describeInstallation(requirement) ?? []);
  throw new HandsError(
    "hand_broken",
    `${config.name} requires ${missing.map(describeRequirement).join(" and ")}, which this machine has not.`,
    { hint: ways.length === 0 ? "`hands doctor` looks again." : `To get it: ${ways.join("; ")}.` },
  );
}
