import { toIso } from "../../core/index.ts";
import type { EventRecord } from "../../store/index.ts";
import type { StreamMessages } from "../api-types.ts";

/** One message of the stream, by its name. */
export type StreamMessage = {
  readonly [Name in keyof StreamMessages]: {
    readonly name: Name;
    readonly data: StreamMessages[Name];
    /** What `Last-Event-ID` is to carry; only events have one. */
    readonly id?: string;
  };
}[keyof StreamMessages];

/** What one reader wants to hear of; null is everything. */
export interface StreamFilter {
  readonly handName: string | null;
  readonly executionId: string | null;
}

/** Is it about what the reader asked for? What is about everything is for everybody. */
export function fits(
  filter: StreamFilter,
  subject: { readonly handName: string | null; readonly executionId: string | null },
): boolean {
  if (filter.executionId !== null && subject.executionId !== filter.executionId) return false;
  return filter.handName === null || subject.handName === null || subject.handName === filter.handName;
}

/** A message in the form of server-sent events. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function encodeMessage(message: StreamMessage): string {
  const id = message.id === undefined ? "" : `id: ${message.id}\n`;
  // JSON has no line breaks outside texts, and within them they are escaped.
  return `event: ${message.name}\n${id}data: ${JSON.stringify(message.data)}\n\n`;
}

/** An event as every reader is given it, made once for all of them. */
export interface EncodedEvent {
  readonly position: number;
  readonly handName: string | null;
  readonly executionId: string | null;
  /** {@link encodeMessage} of it. */
  readonly text: string;
}

/** Puts an event into the form in which it is given to readers. */
export function encodeEvent(event: EventRecord): EncodedEvent {
  const { position, handName, executionId } = event;
  const data = { ...event, createdAt: toIso(event.createdAt) };
  return {
    position,
    handName,
    executionId,
    text: encodeMessage({ name: "event", id: String(position), data }),
  };
}
