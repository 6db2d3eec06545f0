import type { JsonObject, JsonValue } from "../../core/index.ts";
import { describeError, HandsError, toJsonValue } from "../../core/index.ts";
import type { CallableTool, ToolContext } from "../../tools/index.ts";
import type { WireParsed, WireToolContext, WorkerMessage } from "../messages.ts";
import type { CodeScope, CodeScopes } from "./code-scope.ts";
import type { PortCalls } from "./port-calls.ts";
import { fetchThroughHost } from "./wire-fetch.ts";

/** Parses a call's arguments, and with them finds the files that they name: the host asks once for both. */
export async function parseToolArguments(tool: CallableTool, args: JsonValue): Promise<WireParsed> {
  const parsed = await tool.parse(args);
  if (!parsed.ok) return parsed;
  try {
    return { ok: true, args: parsed.args, files: tool.files(parsed.args).map(String) };
  } catch (error) {
    const message = `${tool.descriptor.name}: its own list of files failed: ${describeError(error)}`;
    return { ok: false, message };
  }
}

/** Runs one call of a tool. Its context is the host's, asked by message. */
export async function executeTool(call: {
  readonly requestId: number;
  readonly tool: CallableTool;
  readonly args: JsonObject;
  readonly context: WireToolContext;
  readonly signal: AbortSignal;
  readonly scopes: CodeScopes;
  readonly ports: PortCalls;
  readonly post: (message: WorkerMessage) => void;
}): Promise<JsonValue> {
  const { requestId, tool, args, signal, scopes, ports, post } = call;
  const abandoned = Promise.withResolvers<never>();
  const log = (message: string) => post({ type: "log", requestId, level: "info", message });
  const ask = ports.of(requestId);
  const context: ToolContext = {
    ...call.context,
    signal,
    log: (message) => log(String(message)),
    noteOutside: () => post({ type: "outside", requestId }),
    fetch: (url, init) => fetchThroughHost(ask, signal, url, init),
    memory: {
      get: (key) => ask({ port: "memory.get", key }),
      set: (key, value) => ask({ port: "memory.set", key, value: toJsonValue(value) }),
      list: (prefix) => ask({ port: "memory.list", prefix }),
    },
    checkDatabase: () => ask({ port: "checkDatabase" }),
    confine: null,
    ports: null,
    readSkill: (skill, file) => ask({ port: "readSkill", skill, file }),
  };
  const scope: CodeScope = {
    stepName: null,
    log: (_level, message) => log(message),
    fail: (error) => {
      const message = `${tool.descriptor.name} failed: ${describeError(error)}`;
      abandoned.reject(new HandsError("tool_failed", message, { cause: error }));
    },
  };
  return await scopes.run(scope, () => Promise.race([tool.execute(args, context), abandoned.promise]));
}
