import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from "@modelcontextprotocol/client";
import { describeError, HandsError } from "../../core/index.ts";
import type { ToolDescriptor } from "../types.ts";
import { LOST_ANSWER_CODE } from "./http-transport.ts";

/** Failures of a connection of which it is known that nothing reached a server. */
const UNSENT_CODES: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"]);

/** Did the server forget the session, so that it did not look at the request at all? Source: MCP, Streamable HTTP, session management. */
export function isSessionLost(error: unknown): boolean {
  return error instanceof SdkHttpError && error.status === 404;
}

/**
 * What a failed call is to the runner: `tool_failed` where the server said no or nothing was sent; where it may have happened,
 * `effect_unknown`, unless the tool may be repeated anyway.
 */
export function explainCallError(
  tool: ToolDescriptor,
  error: unknown,
  serverEnd: string | undefined,
): HandsError {
  const { name } = tool;
  if (error instanceof ProtocolError && error.code !== LOST_ANSWER_CODE) {
    return new HandsError("tool_failed", `${name} failed: ${error.message}`, { cause: error });
  }
  if (wasRefused(error)) {
    return new HandsError("tool_failed", `${name} was not called: ${describeCause(error)}`, { cause: error });
  }
  const why = serverEnd === undefined ? describeCause(error) : `the server ${serverEnd}`;
  const isRepeatable = tool.effect === "read" || tool.isIdempotent;
  return new HandsError(
    isRepeatable ? "tool_failed" : "effect_unknown",
    `${name} was under way when its answer was lost: ${why}`,
    // Its own cause could read like a lost connection even where the tool may be repeated.
    { details: { server: name.split(".", 1)[0] ?? name } },
  );
}

/** Answers of an HTTP server that did not let the request in, and connections that were never there. */
function wasRefused(error: unknown): boolean {
  if (error instanceof HandsError && (error.code === "mcp_failed" || error.code === "denied")) return true;
  if (error instanceof SdkHttpError) return error.status >= 400 && error.status < 500;
  if (error instanceof SdkError) return error.code === SdkErrorCode.NotConnected;
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth += 1
  ) {
    if ("code" in current && typeof current.code === "string" && UNSENT_CODES.has(current.code)) return true;
  }
  return false;
}

function describeCause(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${describeError(error)}${cause}`.slice(0, 500);
}
