import type { JsonObject } from "../../src/core/index.ts";
import { readEnvironment, systemClock, systemRandom } from "../../src/core/index.ts";
import type { CallableTool, ToolContext } from "../../src/tools/index.ts";
import { createBuiltinTools, createToolRegistry } from "../../src/tools/index.ts";

const registry = createToolRegistry(
  createBuiltinTools({
    programVersion: "0.0.0-test",
    clock: systemClock,
    random: systemRandom,
    environment: readEnvironment(),
  }),
);

/** A built-in tool, and a call of it as the runner makes one: parsed, then executed. */
export function builtinTool(name: string): {
  readonly tool: CallableTool;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects by asserting it.
  call(args: JsonObject, context: ToolContext): Promise<any>;
} {
  const tool = registry.get(name);
  return {
    tool,
    async call(args, context) {
      const parsed = await tool.parse(args);
      if (!parsed.ok) throw new Error(parsed.message);
      return tool.execute(parsed.args, context);
    },
  };
}
