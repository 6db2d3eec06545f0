import { isPlainObject } from "../core/index.ts";
import { ReplyInterrupted } from "./collect-stream.ts";
import type { ModelFailureReason } from "./types.ts";

/** What is known of a call that gave no reply. */
export interface ModelFailure {
  readonly reason: ModelFailureReason;
  readonly status: number | null;
  readonly retryable: boolean;
  readonly mayHaveCost: boolean;
  /** Is it sure that the server began no answer, so that asking again asks nothing twice? */
  readonly isUnanswered: boolean;
  readonly retryAfterMs: number | null;
  /** In the server's or the platform's words; may hold secrets. */
  readonly text: string;
}

/** Codes of a connection that never came to be. */
const UNREACHABLE_CODES = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
/** Codes of a connection that broke when the request was perhaps already at work. */
const BROKEN_CODES = new Set([
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "UND_ERR_SOCKET",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);
/** A name that does not resolve is more likely wrong than late. */
const HOPELESS_CODES = new Set(["ENOTFOUND"]);
const DEEPEST_CAUSE = 8;

/**
 * Reads what the library threw: its error of an HTTP call, an error event inside a stream, or something else.
 * `hasBegun` says whether a part of the reply had arrived before.
 */
export function readFailure(error: unknown, hasBegun: boolean, nowMs: number): ModelFailure {
  const facts = readFacts(error);
  const reason = error instanceof ReplyInterrupted ? "interrupted" : decideReason(facts);
  const isUnanswered = !hasBegun && UNANSWERED.has(reason) && !HOPELESS_CODES.has(facts.code ?? "");
  return {
    reason,
    status: facts.status,
    retryable: RETRYABLE.has(reason),
    mayHaveCost: hasBegun || COSTLY.has(reason),
    isUnanswered,
    retryAfterMs: readRetryAfterMs(facts.headers, nowMs),
    text: facts.text,
  };
}

const UNANSWERED: ReadonlySet<ModelFailureReason> = new Set(["unreachable", "rate_limited", "overloaded"]);
const COSTLY: ReadonlySet<ModelFailureReason> = new Set(["server_error", "interrupted", "malformed"]);
const RETRYABLE: ReadonlySet<ModelFailureReason> = new Set([...UNANSWERED, ...COSTLY]);

/** The wait that an answer asked for (`retry-after-ms`, or `retry-after` as seconds or a date), or null. */
export function readRetryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | null {
  const milliseconds = Number.parseFloat(headers["retry-after-ms"] ?? "");
  if (milliseconds >= 0) return milliseconds;
  const written = headers["retry-after"]?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(written)) return Number(written) * 1000;
  // Date.parse takes almost anything, such as "-5"; the header's dates begin with their weekday.
  const at = /^[A-Z][a-z]{2}, /.test(written) ? Date.parse(written) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(at - nowMs, 0);
}

interface FailureFacts {
  readonly status: number | null;
  /** The platform's code, such as `ECONNREFUSED`. */
  readonly code: string | null;
  /** The provider's own word, such as `insufficient_quota`. */
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

function decideReason({ status, code, kind }: FailureFacts): ModelFailureReason {
  if (code !== null) return UNREACHABLE_CODES.has(code) ? "unreachable" : "interrupted";
  if (kind.includes("insufficient_quota") || status === 402) return "quota";
  if (status === null) return kind.includes("overloaded") ? "overloaded" : "malformed";
  if (status === 401 || status === 403) return "unauthorised";
  if (status === 404) return "not_found";
  if (status === 429) return "rate_limited";
  if (status === 503 || status === 529) return "overloaded";
  if (status === 408 || status >= 500) return "server_error";
  return status < 300 ? "malformed" : "rejected";
}

function readFacts(error: unknown): FailureFacts {
  const chain = listCauses(error);
  const code = chain.map(readCode).find((found) => found !== null) ?? null;
  const own = isObject(error) ? error : {};
  const status = readStatus(own);
  const data = isPlainObject(own["data"]) ? own["data"] : own;
  const inner = isPlainObject(data["error"]) ? data["error"] : data;
  const kind = [inner["code"], inner["type"], inner["status"]]
    .filter((word) => typeof word === "string")
    .join(" ");
  const headers = isPlainObject(own["responseHeaders"])
    ? (own["responseHeaders"] as Record<string, string>)
    : {};
  return { status, code, kind, headers, text: readText(error, own) };
}

/** An error inside a stream has the status that it would have had as `statusCode` or as a numeric `code`. */
function readStatus(own: Readonly<Record<string, unknown>>): number | null {
  for (const key of ["statusCode", "code", "status"]) {
    const value = own[key];
    if (typeof value === "number" && value >= 100 && value < 600) return value;
  }
  return null;
}

function readText(error: unknown, own: Readonly<Record<string, unknown>>): string {
  if (typeof error === "string") return error;
  return typeof own["message"] === "string" ? own["message"] : "";
}

function readCode(error: unknown): string | null {
  if (!isObject(error)) return null;
  const code = error["code"];
  if (typeof code === "string" && (UNREACHABLE_CODES.has(code) || BROKEN_CODES.has(code))) return code;
  if (error["message"] === "terminated") return "UND_ERR_SOCKET";
  return null;
}

/** An error, its causes, and the several errors of a host with several addresses. */
function listCauses(error: unknown): readonly unknown[] {
  const found: unknown[] = [];
  let level: readonly unknown[] = [error];
  for (let depth = 0; depth < DEEPEST_CAUSE && level.length > 0; depth += 1) {
    found.push(...level);
    level = level.flatMap((item) => {
      if (!isObject(item)) return [];
      return [item["cause"], ...(Array.isArray(item["errors"]) ? item["errors"] : [])].filter(isObject);
    });
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
