import type { HandConfig } from "../manifest/index.ts";
import { describeInstallation, describeRequirement } from "../manifest/index.ts";
import type { ProjectConfig } from "../runtime/index.ts";
import type { CommandContext } from "./command-context.ts";
import type { Finding } from "./doctor/finding.ts";

/** Whether the machine has what the hands require; nothing is installed: a finding for each that lacks something, one for all where none does. */
export async function checkRequirements(
  context: CommandContext,
  config: ProjectConfig,
  hands: readonly HandConfig[],
): Promise<readonly Finding[]> {
  const { findMissingRequirements } = await import("../runtime/index.ts");
  const machine = { environment: context.environment, secrets: config.secrets };
  const findings = hands.flatMap((hand): Finding[] => {
    const missing = findMissingRequirements(hand, machine);
    if (missing.length === 0) return [];
    const isHeld = missing.some(({ optional }) => !optional);
    const things = missing.map(
      (requirement) => `${describeRequirement(requirement)}${requirement.optional ? ", optional" : ""}`,
    );
    const ways = missing.flatMap((requirement) => describeInstallation(requirement) ?? []);
    return [
      {
        status: isHeld ? "failed" : "warning",
        message: `${hand.name} ${isHeld ? "cannot run without" : "would use"} ${things.join("; ")}`,
        hint: ways.length === 0 ? null : ways.join("; "),
      },
    ];
  });
  const count = hands.filter(({ requires }) => requires.length > 0).length;
  if (findings.length > 0 || count === 0) return findings;
  const message = `what ${count} ${count === 1 ? "hand requires is" : "hands require is"} there`;
  return [{ status: "ok", message, hint: null }];
}
