import { readEnvironment, systemClock, systemRandom } from "../core/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";
import { createBuiltinTools } from "../tools/index.ts";
import { PROGRAM_VERSION } from "./program-version.ts";

/** The tools that come with the program, as data; without a runtime. */
export function readBuiltinCatalog(): readonly ToolDescriptor[] {
  const tools = createBuiltinTools({
    programVersion: PROGRAM_VERSION,
    clock: systemClock,
    random: systemRandom,
    environment: readEnvironment(),
  });
  return tools.map((tool) => tool.descriptor);
}
