import { isPlainObject, sha256 } from "../../core/index.ts";
import type { StoreTopic } from "../store.ts";

/** Postgres takes payloads of less than 8,000 bytes. */
const PAYLOAD_BYTES = 7_900;
const CHANNEL_DIGITS = 16;

/** What one process tells the others of a commit. */
export interface Notification {
  /** Who tells it: a process hears itself, too. */
  readonly storeId: string;
  /** Null: look for yourself. */
  readonly topics: readonly StoreTopic[] | null;
}

/** The channel of a schema, as a name that needs no quotes. */
export function nameChannel(schema: string): string {
  return `hands_${sha256(schema).slice(0, CHANNEL_DIGITS)}`;
}

/** As many payloads as the topics fill. */
export function writeNotifications({
  storeId,
  topics,
}: {
  readonly storeId: string;
  readonly topics: readonly StoreTopic[];
}): readonly string[] {
  const write = (some: readonly StoreTopic[]) => JSON.stringify({ storeId, topics: some });
  const emptyBytes = Buffer.byteLength(write([]));
  const payloads: string[] = [];
  let together: StoreTopic[] = [];
  let bytes = emptyBytes;
  for (const topic of topics) {
    const topicBytes = Buffer.byteLength(JSON.stringify(topic)) + 1;
    if (bytes + topicBytes > PAYLOAD_BYTES && together.length > 0) {
      payloads.push(write(together));
      together = [];
      bytes = emptyBytes;
    }
    together.push(topic);
    bytes += topicBytes;
  }
  return together.length === 0 ? payloads : [...payloads, write(together)];
}

/** Does somebody wait for this, so that it has to be told if it is committed? The rest is for onlookers, who look again. */
export function mustBeHeard({ kind }: StoreTopic): boolean {
  return kind === "cancel" || kind === "approval";
}

/** What cannot be read is from somebody else, who wants us to look. */
export function readNotification(payload: string): Notification {
  try {
    const value: unknown = JSON.parse(payload);
    if (!isPlainObject(value) || typeof value["storeId"] !== "string") return { storeId: "", topics: null };
    const list: unknown = value["topics"];
    const topics = Array.isArray(list) && list.every(isTopic) ? list : null;
    return { storeId: value["storeId"], topics };
  } catch {
    return { storeId: "", topics: null };
  }
}

/** The members that each kind of topic has as texts. */
const MEMBERS: Readonly<Record<StoreTopic["kind"], readonly string[]>> = {
  execution: ["executionId", "handName"],
  approval: ["approvalId"],
  cancel: ["executionId"],
  hand: ["handName"],
  delivery: ["executionId"],
  text: ["executionId", "handName"],
  model_limit: ["provider"],
  events: [],
};

function isTopic(value: unknown): value is StoreTopic {
  if (!isPlainObject(value)) return false;
  const members = Object.entries(MEMBERS).find(([kind]) => kind === value["kind"])?.[1];
  return members?.every((member) => typeof value[member] === "string") ?? false;
}
