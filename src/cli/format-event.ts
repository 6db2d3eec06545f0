import type { JsonValue } from "../core/index.ts";
import { isPlainObject, toIso } from "../core/index.ts";
import type { EventRecord } from "../store/index.ts";
import { toLine } from "./printable.ts";
import { shortenId } from "./resolve-id.ts";
import type { Colors } from "./terminal.ts";

/** An event as programs read it. */
export interface EventJson {
  readonly position: number;
  readonly type: string;
  readonly handName: string | null;
  readonly executionId: string | null;
  readonly data: JsonValue;
  readonly createdAt: string;
}

export function toEventJson(event: EventRecord): EventJson {
  const { position, type, handName, executionId, data, createdAt } = event;
  return { position, type, handName, executionId, data, createdAt: toIso(createdAt) };
}

/** One line of an event: when, whose, what, and its facts. */
export function formatEvent(event: EventRecord, colors: Colors): string {
  const { bold, dim } = colors;
  const time = toIso(event.createdAt)
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
  const whose = [event.handName, event.executionId === null ? null : shortenId(event.executionId)]
    .filter((part) => part !== null)
    .join(" ");
  const facts = isPlainObject(event.data)
    ? Object.entries(event.data)
        .filter(([, value]) => value !== null && value !== undefined)
        .map(
          ([key, value]) =>
            `${dim(`${key}=`)}${toLine(typeof value === "string" ? value : JSON.stringify(value), 120)}`,
        )
    : [];
  return [dim(time), ...(whose === "" ? [] : [whose]), bold(event.type), ...facts].join("  ");
}
