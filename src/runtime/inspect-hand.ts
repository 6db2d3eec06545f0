import type { HandConfig, ManifestProblem } from "../manifest/index.ts";
import type { ModelProvider } from "../models/index.ts";
import type { Sandbox } from "../tools/index.ts";
import type { ProjectFolders } from "./inspect-file-triggers.ts";
import { inspectFileTriggers } from "./inspect-file-triggers.ts";
import type { ProjectConfig } from "./project-config.ts";

/**
 * What a project lacks for a hand: a model for a model brain, a channel for its output. Warnings: the hand is there, its fires are skipped or
 * a delivery fails, each with the reason. A file trigger on the program's own files is an error, and so are the demand for a sandbox and an
 * MCP server under a name of the project's.
 */
export function inspectHand(
  hand: HandConfig,
  project: {
    readonly models: Pick<ModelProvider, "explainMissing">;
    readonly channels: ProjectConfig["channels"];
    /** Names of the project's own. */
    readonly mcpServers: readonly string[];
    readonly folders: ProjectFolders;
    readonly sandbox: Pick<Sandbox, "check">;
  },
): readonly ManifestProblem[] {
  const problems: ManifestProblem[] = [...inspectFileTriggers(hand, project.folders)];
  const missing = hand.scriptPath === null ? project.models.explainMissing(hand.model.name) : null;
  if (missing !== null) {
    const path = hand.model.name === null ? ["hand"] : ["model", "name"];
    problems.push({ severity: "warning", code: "model_not_configured", ...missing, path, at: "key" });
  }
  problems.push(...inspectConfinement(hand, project.sandbox));
  problems.push(...inspectServers(hand, project.mcpServers));
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

/** What cannot be given: running a hand without the sandbox that it demands would fail open. */
function inspectConfinement(hand: HandConfig, sandbox: Pick<Sandbox, "check">): readonly ManifestProblem[] {
  const problems: ManifestProblem[] = [];
  if (hand.sandbox.enabled) {
    const place = { severity: "error", path: ["sandbox", "enabled"], at: "value" } as const;
    const state = sandbox.check();
    if (!state.isAvailable) {
      const message = `This hand demands a sandbox: ${state.reason}`;
      problems.push({ ...place, code: "sandbox_unavailable", message, hint: state.hint });
    }
    for (const [name, { command }] of Object.entries(hand.mcp)) {
      if (command === null) continue;
      problems.push({
        ...place,
        code: "server_not_confined",
        message: `This hand demands a sandbox, and its MCP server \`${name}\` would run outside of it`,
        hint: `Let the operator define [mcp.${name}] in hands.toml, or take [sandbox] away.`,
      });
    }
  }
  return problems;
}

/** What an operator defines and trusts is not for a hand to replace. */
function inspectServers(hand: HandConfig, projectServers: readonly string[]): readonly ManifestProblem[] {
  return Object.keys(hand.mcp)
    .filter((name) => projectServers.includes(name))
    .map((name) => ({
      severity: "error",
      code: "mcp_name_taken",
      message: `The project has an MCP server \`${name}\` of its own`,
      path: ["mcp", name],
      at: "key",
      hint: `Give this one another name, or remove it and name the project's tools in [tools]: \`${name}.*\`.`,
    }));
}
