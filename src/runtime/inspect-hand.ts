import type { HandConfig, ManifestProblem } from "../manifest/index.ts";
import type { ModelProvider } from "../models/index.ts";
import type { ProjectFolders } from "./inspect-file-triggers.ts";
import { inspectFileTriggers } from "./inspect-file-triggers.ts";
import type { ProjectConfig } from "./project-config.ts";

/**
 * What a project lacks for a hand: a model for a model brain, a channel for its output. Warnings: the hand is there, its fires are skipped or
 * a delivery fails, each with the reason. A file trigger on the program's own files is an error, and so is the demand for a sandbox.
 */
export function inspectHand(
  hand: HandConfig,
  project: {
    readonly models: ModelProvider;
    readonly channels: ProjectConfig["channels"];
    readonly folders: ProjectFolders;
  },
): readonly ManifestProblem[] {
  const problems: ManifestProblem[] = [...inspectFileTriggers(hand, project.folders)];
  const missing = hand.scriptPath === null ? project.models.explainMissing(hand.model.name) : null;
  if (missing !== null) {
    const path = hand.model.name === null ? ["hand"] : ["model", "name"];
    problems.push({ severity: "warning", code: "model_not_configured", ...missing, path, at: "key" });
  }
  problems.push(...inspectConfinement(hand));
  const names = project.channels.map((channel) => channel.name);
  for (const channel of hand.output.channel) {
    if (names.includes(channel)) continue;
    problems.push({
      severity: "warning",
      code: "unknown_channel",
      message: `There is no channel \`${channel}\` in this project, so nothing can be delivered to it`,
      path: ["output", "channel"],
      at: "value",
      hint: `Add [channels.${channel}] to hands.toml.`,
    });
  }
  return problems;
}

/** What this version cannot give: running a hand without the sandbox that it demands would fail open. */
function inspectConfinement(hand: HandConfig): readonly ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  if (hand.sandbox.enabled) {
    problems.push({
      severity: "error",
      code: "sandbox_unavailable",
      message: "This hand demands a sandbox, and this version of hands has none",
      path: ["sandbox", "enabled"],
      at: "value",
      hint: "Take [sandbox] away only if the hand may run as your own user; shell then asks each time.",
    });
  }
  for (const name of Object.keys(hand.mcp)) {
    problems.push({
      severity: "warning",
      code: "mcp_unavailable",
      message: `This version of hands starts no MCP servers, so the tools of \`${name}\` are not there`,
      path: ["mcp", name],
      at: "key",
      hint: "The hand runs without them; a tool that it requires fails its runs.",
    });
  }
  return problems;
}
