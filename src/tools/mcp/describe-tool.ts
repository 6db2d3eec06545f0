import type { Tool } from "@modelcontextprotocol/client";
import type { JsonObject } from "../../core/index.ts";
import { hashJson, toJsonValue } from "../../core/index.ts";
import { truncateUtf8 } from "../truncate-utf8.ts";
import type { ToolDescriptor } from "../types.ts";
import type { McpServerSettings } from "./types.ts";

/** What the protocol allows a name to be, less what a glob or a terminal would take for something else. */
const TOOL_NAME = /^[A-Za-z0-9_./-]{1,128}$/;
const MAX_DESCRIPTION_BYTES = 4000;
const MAX_SCHEMA_BYTES = 100_000;

/** A tool of a server, or why it cannot be used. */
export type DescribedTool =
  | { readonly ok: true; readonly descriptor: ToolDescriptor }
  | { readonly ok: false; readonly problem: string };

/**
 * A server's tool as data. Its effect is the server's own claim only where the operator trusts the server: else it is destructive and may
 * not be repeated. Its version changes with everything that somebody who allows a call goes by.
 */
export function describeTool(settings: McpServerSettings, tool: Tool): DescribedTool {
  if (!TOOL_NAME.test(tool.name)) {
    return refuse(`${JSON.stringify(tool.name.slice(0, 140))} cannot be the name of a tool`);
  }
  const { $schema: _dialect, ...rest } = toJsonValue(tool.inputSchema) as JsonObject;
  const byteLength = Buffer.byteLength(JSON.stringify(rest));
  if (byteLength > MAX_SCHEMA_BYTES) {
    return refuse(`the schema of ${tool.name} has ${byteLength} bytes, more than ${MAX_SCHEMA_BYTES}`);
  }
  const name = `${settings.name}.${tool.name}`;
  const written = (tool.description ?? tool.title ?? "").trim();
  const { effect, isIdempotent } = judgeEffect(tool, settings.isTrusted);
  const { transport } = settings;
  return {
    ok: true,
    descriptor: {
      name,
      description: truncateUtf8(written, MAX_DESCRIPTION_BYTES),
      effect,
      action: null,
      isIdempotent,
      confinedTo: null,
      isUntrusted: true,
      timeoutMs: settings.callTimeoutMs,
      origin: "mcp",
      inputSchema: rest,
      version: hashJson({
        name,
        description: written,
        title: tool.title ?? null,
        effect,
        isIdempotent,
        inputSchema: rest,
        server: transport.kind === "stdio" ? transport.command : transport.url,
      }),
    },
  };
}

/** Defaults are the protocol's: what says nothing may destroy. */
function judgeEffect(
  { annotations = {} }: Tool,
  isTrusted: boolean,
): Pick<ToolDescriptor, "effect" | "isIdempotent"> {
  if (!isTrusted) return { effect: "destructive", isIdempotent: false };
  if (annotations.readOnlyHint === true) return { effect: "read", isIdempotent: true };
  return {
    effect: annotations.destructiveHint === false ? "write" : "destructive",
    isIdempotent: annotations.idempotentHint === true,
  };
}

function refuse(problem: string): DescribedTool {
  return { ok: false, problem };
}
