import { readEnvironment, systemClock, systemRandom } from "../core/index.ts";
import type { HandConfig, ManifestProblem } from "../manifest/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";
import { inspectHand } from "./inspect-hand.ts";
import { PROGRAM_VERSION } from "./program-version.ts";
import type { ProjectConfig } from "./project-config.ts";

/** The tools that come with the program, as data; for holding manifests against them without a runtime. */
export async function readBuiltinCatalog(): Promise<readonly ToolDescriptor[]> {
  const { createBuiltinTools } = await import("../tools/index.ts");
  const tools = createBuiltinTools({
    programVersion: PROGRAM_VERSION,
    clock: systemClock,
    random: systemRandom,
    environment: readEnvironment(),
  });
  return tools.map((tool) => tool.descriptor);
}

/** What a project lacks for its hands, as their problems; without a runtime. */
export async function createInspection(
  config: ProjectConfig,
): Promise<(hand: HandConfig) => readonly ManifestProblem[]> {
  const { createModelProvider } = await import("../models/index.ts");
  const models = createModelProvider({
    settings: config.model,
    environment: readEnvironment(),
    clock: systemClock,
  });
  const { openMachineSandbox } = await import("./machine-sandbox.ts");
  const sandbox = openMachineSandbox(config, readEnvironment());
  return (hand) =>
    inspectHand(hand, {
      models,
      channels: config.channels,
      mcpServers: Object.keys(config.mcp ?? {}),
      folders: config,
      sandbox,
    });
}
