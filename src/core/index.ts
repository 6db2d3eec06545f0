export { canonicalJson, hashJson, sha256 } from "./canonical-json.ts";
export { type Clock, type ClockTimer, systemClock, toIso } from "./clock.ts";
export { isInside, resolveConfinedPath } from "./confined-path.ts";
export { findNearest } from "./did-you-mean.ts";
export { formatDuration, parseDuration, readDuration } from "./durations.ts";
export { type Environment, readEnvironment } from "./environment.ts";
export {
  describeError,
  ERROR_CODES,
  type ErrorCode,
  HandsError,
  type HandsErrorOptions,
  isErrorCode,
  toHandsError,
} from "./errors.ts";
export { formatInstant } from "./format-instant.ts";
export { isGlob, matchesGlob } from "./glob.ts";
export { GrowingText, type TextPiece } from "./growing-text.ts";
export { createIdSource, type IdSource } from "./ids.ts";
export { isPlainObject, type JsonObject, type JsonValue, toJsonValue } from "./json.ts";
export { assertJsonDepth } from "./json-depth.ts";
export { type LogFields, type Logger, silentLogger } from "./logger.ts";
export { nextTurn } from "./next-turn.ts";
export { nodeHttp } from "./node-http.ts";
export { type Random, systemRandom } from "./random.ts";
export { RateLimiter } from "./rate-limiter.ts";
export { createRedactingLogger } from "./redacting-logger.ts";
export { createRedactor, type Redactor } from "./redaction.ts";
export { abortable, createDeferred, type Deferred, withDeadline } from "./signals.ts";
export { syncFolder } from "./sync-folder.ts";
