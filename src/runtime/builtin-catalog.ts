import { readEnvironment, systemClock, systemRandom } from "../core/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";
import { PROGRAM_VERSION } from "./program-version.ts";

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
