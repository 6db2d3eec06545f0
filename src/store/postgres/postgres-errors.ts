import { HandsError } from "../../core/index.ts";

/** A deadlock or a conflict that Postgres resolved against us: the same transaction may succeed when run again. */
const CONFLICTS = ["40001", "40P01"];
/** What a prepared statement says whose tables were migrated since; planned anew, it runs. */
const STALE_PLAN_CODE = "0A000";
const STALE_PLAN_MESSAGE = /cached plan must not change result type/i;
/** Classes and codes of a connection that is lost, refused, or one too many. */
const LOST_CODES = ["57P01", "57P02", "57P03", "53300", "25P03"];
const LOST_CLASS = "08";
const LOST_SYSTEM_CODES = ["ECONNRESET", "ECONNREFUSED", "EPIPE", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH"];
/** What the driver says without a code. */
const LOST_MESSAGE =
  /connection terminated|not queryable|connection error|timeout exceeded|connection ended/i;

/** Was the connection lost, so that nobody knows more than that? */
export function isLostConnection(error: unknown): boolean {
  const cause = findCause(error);
  if (!(cause instanceof Error)) return false;
  const code = readCode(cause);
  if (code === undefined) return LOST_MESSAGE.test(cause.message) || isRefusedEverywhere(cause);
  return LOST_CODES.includes(code) || code.startsWith(LOST_CLASS) || LOST_SYSTEM_CODES.includes(code);
}

/** Can the same transaction, run again whole, succeed? Never true once its commit may have happened. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HandsError && error.details["isCommitUnknown"] === true) return false;
  const code = readCode(findCause(error));
  return (
    (code !== undefined && CONFLICTS.includes(code)) ||
    hasStalePlan(findCause(error)) ||
    isLostConnection(error)
  );
}

/** Did a prepared statement fail only because its tables changed? */
export function hasStalePlan(error: unknown): boolean {
  return (
    error instanceof Error && readCode(error) === STALE_PLAN_CODE && STALE_PLAN_MESSAGE.test(error.message)
  );
}

/** An error of Postgres as ours, naming the database; anything else as it is. */
export function toPostgresStoreError(error: unknown, database: string): unknown {
  if (error instanceof HandsError || !(error instanceof Error)) return error;
  const code = readCode(error);
  const isLost = isLostConnection(error);
  if (code === undefined && !isLost) return error;
  const says = isLost ? "cannot be reached" : "refused a query";
  return new HandsError("store_failed", `The database ${database} ${says}: ${error.message}`, {
    ...(isLost
      ? { hint: "Check that Postgres runs, and the address and password in the configuration." }
      : {}),
    details: { database, databaseCode: code ?? null },
    cause: error,
  });
}

/** The connection was lost while the commit was under way: it may have happened or not. */
export function createCommitUnknownError(cause: unknown, database: string): HandsError {
  return new HandsError("store_failed", `The connection to ${database} was lost during a commit.`, {
    hint: "What it wrote may be there or not: look before doing it again.",
    details: { database, isCommitUnknown: true },
    cause,
  });
}

function findCause(error: unknown): unknown {
  return error instanceof HandsError && error.code === "store_failed" ? error.cause : error;
}

function readCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** A name with several addresses fails with one error for each. */
function isRefusedEverywhere(error: Error): boolean {
  return error instanceof AggregateError && error.errors.length > 0 && error.errors.every(isLostConnection);
}
