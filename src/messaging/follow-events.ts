import type { EventRecord, Store } from "../store/index.ts";
import { changeRuntimeValue, readEvents, readLastPosition, readRuntimeValue } from "../store/index.ts";
import { deriveNotices, mayTell } from "./derive-notices.ts";
import { addNotice } from "./notices.ts";

/** The key in `runtime_state` of the place up to which events have been turned into notices. */
const POSITION_KEY = "notices.position";

const BATCH = 500;

/** How far the remembered place may lie behind what was looked at: looking again at what tells nothing does no harm. */
const FURTHEST_BEHIND = 5_000;

/** Turns events into notices, each once, whichever process is first; what was never looked at before is history and tells nothing. */
export class EventFollower {
  readonly #store: Store;
  readonly #channels: readonly string[];
  readonly #publicUrl: string | null;
  /** Up to here this process has looked. */
  #seen: number | null = null;

  constructor(parts: {
    readonly store: Store;
    readonly channels: readonly string[];
    readonly publicUrl: string | null;
  }) {
    this.#store = parts.store;
    this.#channels = parts.channels;
    this.#publicUrl = parts.publicUrl;
  }

  /** Looks at every event that has its place. */
  async follow(signal: AbortSignal): Promise<void> {
    let seen = this.#seen ?? (await this.#begin());
    while (!signal.aborted) {
      const events = await readEvents(this.#store, { afterPosition: seen, limit: BATCH });
      const last = events.at(-1);
      if (last === undefined) break;
      const telling = events.filter((event) => mayTell(event));
      if (telling.length > 0 || last.position % FURTHEST_BEHIND < BATCH) {
        await this.#apply(telling, last.position);
      }
      seen = last.position;
      this.#seen = seen;
    }
  }

  async #begin(): Promise<number> {
    const known = await readRuntimeValue(this.#store, POSITION_KEY);
    if (known !== null) return Number(known);
    const last = await readLastPosition(this.#store);
    await this.#store.transaction((transaction) =>
      changeRuntimeValue(transaction, POSITION_KEY, null, String(last)),
    );
    return Number((await readRuntimeValue(this.#store, POSITION_KEY)) ?? last);
  }

  /** One transaction for the notices and the place, so that each event is told of once, also after a crash. */
  async #apply(telling: readonly EventRecord[], upTo: number): Promise<void> {
    let isDone = false;
    while (!isDone) {
      isDone = await this.#store.transaction(async (transaction) => {
        const before = await readRuntimeValue(transaction, POSITION_KEY);
        const place = Number(before ?? 0);
        if (place >= upTo) return true;
        if (!(await changeRuntimeValue(transaction, POSITION_KEY, before, String(upTo)))) return false;
        for (const event of telling) {
          if (event.position <= place) continue;
          for (const notice of await deriveNotices(transaction, event, this.#publicUrl)) {
            await addNotice(transaction, this.#channels, notice);
          }
        }
        return true;
      });
    }
  }
}
