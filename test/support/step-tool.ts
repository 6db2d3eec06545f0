import { z } from "zod";
import type { JsonObject } from "../../src/core/index.ts";
import type { CallableTool, ToolContext, ToolDefinition } from "../../src/tools/index.ts";
import { toCallableTool } from "../../src/tools/index.ts";

/** A tool of the program that notes its calls; it runs in the test's own thread, so that a test can look into it. */
export interface StepTool extends CallableTool {
  readonly calls: readonly { readonly key: string; readonly args: JsonObject }[];
}

export interface StepToolOptions
  extends Partial<Pick<ToolDefinition, "effect" | "idempotent" | "timeoutMs" | "action" | "untrusted">> {
  readonly input?: z.ZodType;
  /** What a call does after it was noted. Default: gives `{ ok: true }`. */
  readonly run?: (args: JsonObject, context: ToolContext, callNumber: number) => unknown;
}

/** A destructive tool, where the options do not say otherwise, that takes any object. */
export function createStepTool(name: string, options: StepToolOptions = {}): StepTool {
  const calls: { key: string; args: JsonObject }[] = [];
  const { run = () => ({ ok: true }), input = z.looseObject({}), ...rest } = options;
  const tool = toCallableTool(
    {
      effect: "destructive",
      ...rest,
      name,
      description: `Does ${name}`,
      input,
      execute(args, context) {
        calls.push({ key: context.idempotencyKey, args: args as JsonObject });
        return run(args as JsonObject, context, calls.length);
      },
    },
    { origin: "builtin", codeVersion: "1" },
  );
  return { ...tool, calls };
}
