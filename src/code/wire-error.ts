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
}

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
  };
}

/** The error on the other side. Its stack is the one it came with. */
export function fromWireError(wire: WireError): HandsError {
  const error = new HandsError(wire.code, wire.message, {
    details: wire.details,
    ...(wire.hint === null ? {} : { hint: wire.hint }),
  });
  if (wire.stack !== null) error.stack = `${error.name}: ${error.message}\n${wire.stack}`;
  return error;
}
