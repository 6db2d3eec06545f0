import type { JsonObject, JsonValue } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { CallableTool, ToolContext, ToolDescriptor } from "../tools/index.ts";
import type { WireParsed, WireToolContext, WorkerRequest } from "./messages.ts";
import type { RequestOptions } from "./thread-requests.ts";

/** A tool whose code runs in a hand's worker, as one that can be called. */
export function createHandTool(
  descriptor: ToolDescriptor,
  send: (request: WorkerRequest, options?: RequestOptions) => Promise<unknown>,
): CallableTool {
  const tool = descriptor.name;
  // The worker lists the files while it parses, so that nobody has to wait for them a second time.
  const filesOfArgs = new WeakMap<JsonObject, readonly string[]>();

  return {
    descriptor,
    async parse(args) {
      const parsed = (await send({ kind: "parse", tool, args })) as WireParsed;
      if (!parsed.ok) return parsed;
      filesOfArgs.set(parsed.args, parsed.files);
      return { ok: true, args: parsed.args };
    },
    files(args) {
      const files = filesOfArgs.get(args);
      if (files !== undefined) return files;
      throw new HandsError(
        "internal",
        `The files of ${tool} are known for the arguments that parse() gave, not for a copy`,
      );
    },
    async execute(args, context) {
      const { signal } = context;
      const request = { kind: "execute", tool, args, context: toWireContext(context) } as const;
      return (await send(request, { signal, context })) as JsonValue;
    },
  };
}

function toWireContext(context: ToolContext): WireToolContext {
  const { handName, executionId, idempotencyKey, workspace, parameters, secrets } = context;
  return { handName, executionId, idempotencyKey, workspace, parameters, secrets };
}
