/**
 * Every code a {@link HandsError} can carry, with the face it shows to the outside:
 * the HTTP status of an API answer and the exit code of a command.
 */
export const ERROR_CODES = {
  /** The call itself is wrong: an argument that cannot be used. */
  invalid_argument: { httpStatus: 400, exitCode: 2 },
  /** A `HAND.toml` did not pass validation. `details.diagnostics` lists every problem. */
  invalid_manifest: { httpStatus: 422, exitCode: 2 },
  /** `hands.toml`, a flag or a `HANDS_*` variable cannot be used. */
  invalid_configuration: { httpStatus: 500, exitCode: 2 },
  /** A cron expression, interval or timezone cannot be used, or never fires. */
  invalid_schedule: { httpStatus: 422, exitCode: 2 },
  /** No hand of that name is loaded. */
  hand_not_found: { httpStatus: 404, exitCode: 1 },
  /** The hand exists but cannot run; `details.problems` says why. */
  hand_broken: { httpStatus: 409, exitCode: 1 },
  /** The hand exists but has been disabled. */
  hand_disabled: { httpStatus: 409, exitCode: 1 },
  /** No execution of that id is recorded. */
  execution_not_found: { httpStatus: 404, exitCode: 1 },
  /** The execution is not in a state that allows this. */
  execution_state: { httpStatus: 409, exitCode: 1 },
  /** No approval of that id is recorded. */
  approval_not_found: { httpStatus: 404, exitCode: 1 },
  /** The approval was decided, expired or withdrawn before; `details` says how. */
  approval_resolved: { httpStatus: 409, exitCode: 1 },
  /** What was approved is not what would run: arguments, files or versions differ. */
  approval_mismatch: { httpStatus: 409, exitCode: 1 },
  /** A human said no. */
  approval_rejected: { httpStatus: 409, exitCode: 1 },
  /** Nobody answered in time, which is "no". */
  approval_expired: { httpStatus: 409, exitCode: 1 },
  /** An operator's rule or the program's own rules forbid this. */
  denied: { httpStatus: 403, exitCode: 4 },
  /** The caller may not do this. */
  not_authorised: { httpStatus: 401, exitCode: 4 },
  /** A model brain has no model to ask. */
  model_not_configured: { httpStatus: 409, exitCode: 1 },
  /** The model's server refused or failed; `details.retryable` says whether trying again can help. */
  model_failed: { httpStatus: 502, exitCode: 1 },
  /** A tool that the hand names does not exist. */
  tool_not_found: { httpStatus: 404, exitCode: 1 },
  /** The arguments of a tool call do not fit its schema. */
  tool_arguments: { httpStatus: 422, exitCode: 1 },
  /** A tool ran and failed. */
  tool_failed: { httpStatus: 502, exitCode: 1 },
  /** An MCP server cannot be started or reached, or does not answer. */
  mcp_failed: { httpStatus: 502, exitCode: 1 },
  /** Whether the effect happened is not known; a human has to say. */
  effect_unknown: { httpStatus: 409, exitCode: 1 },
  /** A script no longer issues the calls that its journal recorded. */
  script_diverged: { httpStatus: 409, exitCode: 1 },
  /** The hand's own code threw. */
  script_failed: { httpStatus: 500, exitCode: 1 },
  /** A time limit was reached. */
  timeout: { httpStatus: 504, exitCode: 1 },
  /** A limit of the manifest was reached; `details.limit` names it. */
  limit_reached: { httpStatus: 409, exitCode: 1 },
  /** A path left the folder it is confined to. */
  path_outside: { httpStatus: 403, exitCode: 1 },
  /** Somebody cancelled it. */
  cancelled: { httpStatus: 409, exitCode: 3 },
  /** This process lost its lease on the execution; another one has it. */
  lease_lost: { httpStatus: 409, exitCode: 1 },
  /** Three processes in a row died while running it. */
  crashed: { httpStatus: 500, exitCode: 1 },
  /** The output does not have the declared format. */
  invalid_output: { httpStatus: 422, exitCode: 1 },
  /** A delivery could not be made. */
  delivery_failed: { httpStatus: 502, exitCode: 1 },
  /** The API has nothing at this address, or not for this method. */
  not_found: { httpStatus: 404, exitCode: 1 },
  /** A request to the API is larger than it may be. */
  too_large: { httpStatus: 413, exitCode: 1 },
  /** Too many attempts in too short a time; `details.retryAfterMs` says how long to wait. */
  rate_limited: { httpStatus: 429, exitCode: 1 },
  /** The database cannot be opened, read or written. */
  store_failed: { httpStatus: 503, exitCode: 1 },
  /** The database was written by a newer version of the program. */
  store_too_new: { httpStatus: 503, exitCode: 1 },
  /** The database moved to another one, or is being filled from another one: it takes no work. */
  store_moved: { httpStatus: 503, exitCode: 1 },
  /** The process is stopping and takes no new work. */
  stopping: { httpStatus: 503, exitCode: 1 },
  /** A defect of the program itself. */
  internal: { httpStatus: 500, exitCode: 1 },
} as const satisfies Record<string, { httpStatus: number; exitCode: number }>;

/** One of the closed list of error codes. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What a {@link HandsError} may carry besides its message. */
export interface HandsErrorOptions {
  /** What to do about it, as a sentence. */
  readonly hint?: string;
  /** Facts for programs; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error class of the project: a closed code, a sentence, and what to do. */
export class HandsError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: HandsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "HandsError";
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }

  /** The HTTP status an API answers with. */
  get httpStatus(): number {
    return ERROR_CODES[this.code].httpStatus;
  }

  /** The exit code a command ends with. */
  get exitCode(): number {
    return ERROR_CODES[this.code].exitCode;
  }

  toJSON(): { code: ErrorCode; message: string; hint: string | null } {
    return { code: this.code, message: this.message, hint: this.hint ?? null };
  }
}

/** Is this one of our codes? For errors that crossed a process or a database. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERROR_CODES, value);
}

/** The message of anything that was thrown, without a stack. */
export function describeError(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return typeof error === "string" ? error : String(error);
}

/** A {@link HandsError} made of anything that was thrown; one of ours is returned as it is. */
export function toHandsError(error: unknown, code: ErrorCode = "internal"): HandsError {
  return error instanceof HandsError ? error : new HandsError(code, describeError(error), { cause: error });
}
