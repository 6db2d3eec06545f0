import { HandsError } from "../core/index.ts";

/** Connections that broke after something may have been sent. A refused connection or an unknown host is not among them. */
const LOST_CONNECTION_CODES: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "ERR_STREAM_PREMATURE_CLOSE",
  "UND_ERR_SOCKET",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
  "ABORT_ERR",
]);

/** After this error, may the effect have happened all the same? True for a time-out, a lost connection, a lost worker, an abort. */
export function mayHaveHappened(error: unknown): boolean {
  for (
    let current = error, depth = 0;
    current instanceof Error && depth < 8;
    current = current.cause, depth += 1
  ) {
    if (current instanceof HandsError && (current.code === "effect_unknown" || current.code === "timeout"))
      return true;
    if (current.name === "AbortError" || current.name === "TimeoutError") return true;
    if ("code" in current && typeof current.code === "string" && LOST_CONNECTION_CODES.has(current.code))
      return true;
  }
  return false;
}
