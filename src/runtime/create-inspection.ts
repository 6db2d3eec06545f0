import type { Environment } from "../core/index.ts";
import type { HandConfig, ManifestProblem } from "../manifest/index.ts";
import { explainMissing } from "../models/index.ts";
import { inspectHand } from "./inspect-hand.ts";
import { openMachineSandbox } from "./machine-sandbox.ts";
import type { ProjectConfig } from "./project-config.ts";

/** What a project lacks for its hands, as their problems; without a runtime. */
export function createInspection(
  config: ProjectConfig,
  environment: Environment,
): (hand: HandConfig) => readonly ManifestProblem[] {
  const sandbox = openMachineSandbox(config, environment);
  return (hand) =>
    inspectHand(hand, {
      models: { explainMissing: (name) => explainMissing(name, config.model, environment) },
      channels: config.channels,
      mcpServers: Object.keys(config.mcp ?? {}),
      folders: config,
      sandbox,
    });
}
