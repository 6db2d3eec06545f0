import type { ErrorCode, JsonObject } from "../core/index.ts";
import { HandsError, isPlainObject, toHandsError, toJsonValue } from "../core/index.ts";

/** An error as it crosses between threads. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | null;
  readonly details: JsonObject;
  /** Frames, one a line, without the message. */
  readonly stack: string | null;
  /** What it was caused by, the nearest first: a lost connection has to be known as one on the other side. */
  readonly causes: readonly WireCause[];
}

/** One error below another. */
export interface WireCause {
  readonly name: string;
  readonly message: string;
  /** As in `ECONNRESET`, or null. */
  readonly code: string | null;
}

/** A chain of causes that is longer, or goes round, is cut here. */
const MAX_CAUSES = 8;

/** Anything that was thrown, made ready to cross; what is not one of ours gets the code. */
export function toWireError(error: unknown, code: ErrorCode, stack: string | null = null): WireError {
  const ours = toHandsError(error, code);
  const details = toJsonValue(ours.details);
  return {
    code: ours.code,
    message: ours.message,
    hint: ours.hint ?? null,
    details: isPlainObject(details) ? (details as JsonObject) : {},
    stack,
    causes: listCauses(ours.cause),
  };
}

function listCauses(cause: unknown): readonly WireCause[] {
  const causes: WireCause[] = [];
  for (let current = cause; current instanceof Error && causes.length < MAX_CAUSES; current = current.cause) {
    const code = "code" in current && typeof current.code === "string" ? current.code : null;
    causes.push({ name: current.name, message: current.message, code });
  }
  return causes;
}

function toCause(causes: readonly WireCause[]): Error | undefined {
  return causes.reduceRight<Error | undefined>((cause, { name, message, code }) => {
    const error = new Error(message, cause === undefined ? undefined : { cause });
    return Object.assign(error, { name }, code === null ? {} : { code });
  }, undefined);
}

/** The error on the other side. Its stack is the one it came with. */
export function fromWireError(wire: WireError): HandsError {
  const error = new HandsError(wire.code, wire.message, {
    details: wire.details,
    ...(wire.hint === null ? {} : { hint: wire.hint }),
    cause: toCause(wire.causes),
  });
  if (wire.stack !== null) error.stack = `${error.name}: ${error.message}\n${wire.stack}`;
  return error;
}
