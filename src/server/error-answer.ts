import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Logger } from "../core/index.ts";
import { describeError, HandsError, toJsonValue } from "../core/index.ts";

/** Codes whose message says something about the program itself, which is for its log alone. */
const HIDDEN: ReadonlySet<string> = new Set(["internal", "script_failed"]);

/** Details that a client is shown; others may be paths or parts of requests. */
const SHOWN_DETAILS = [
  "issues",
  "problems",
  "approval",
  "retryAfterMs",
  "limit",
  "expected",
  "found",
  "count",
];

/** The answer to whatever was thrown: `{ error: { code, message, hint } }`, never a stack. */
export function toErrorAnswer(logger: Logger, thrown: unknown, request: Context): Response {
  const error = classify(thrown);
  if (error.httpStatus >= 500) {
    logger.error("a request failed", {
      method: request.req.method,
      path: request.req.path,
      code: error.code,
      error: describeError(thrown),
      stack: thrown instanceof Error ? (thrown.stack ?? null) : null,
    });
  }
  const { retryAfterMs } = error.details;
  if (typeof retryAfterMs === "number") request.header("retry-after", String(Math.ceil(retryAfterMs / 1000)));
  if (error.code === "not_authorised") request.header("www-authenticate", 'Bearer realm="hands"');
  request.header("cache-control", "no-store");
  const isHidden = HIDDEN.has(error.code);
  const details = Object.entries(error.details).filter(([name]) => SHOWN_DETAILS.includes(name));
  const body = {
    code: error.code,
    message: isHidden ? "something in the program failed; its log says what" : error.message,
    hint: error.hint ?? null,
    ...(details.length === 0 ? {} : { details: toJsonValue(Object.fromEntries(details)) }),
  };
  return request.json({ error: body }, error.httpStatus as ContentfulStatusCode);
}

function classify(thrown: unknown): HandsError {
  if (thrown instanceof HandsError) return thrown;
  if (thrown instanceof HTTPException && thrown.status < 500) {
    return new HandsError(thrown.status === 413 ? "too_large" : "invalid_argument", thrown.message);
  }
  return new HandsError("internal", describeError(thrown), { cause: thrown });
}
