import { onTestFinished, vi } from "vitest";
import { decideApproval } from "../../src/approvals/index.ts";
import type { Channel } from "../../src/channels/index.ts";
import { createChannelSet } from "../../src/channels/index.ts";
import type { Clock } from "../../src/core/index.ts";
import { createRedactor, silentLogger, systemClock, systemRandom } from "../../src/core/index.ts";
import type { AlertSettings } from "../../src/messaging/index.ts";
import { listDestinations, Messaging } from "../../src/messaging/index.ts";
import type { Store } from "../../src/store/index.ts";
import { openStore } from "../../src/store/index.ts";

/** Who may decide in these tests. */
export const ANN = "telegram:12345";

export interface MessagingOptions {
  readonly channels: readonly Channel[];
  readonly notify?: readonly string[] | null;
  readonly approvers?: readonly string[];
  readonly clock?: Clock;
  readonly nodeId?: string;
  readonly publicUrl?: string | null;
  readonly alerts?: AlertSettings | null;
}

/** Messaging over a store, as one process has it. It is stopped when the test ends. */
export function createMessaging(store: Store, options: MessagingOptions): Messaging {
  const channels = createChannelSet(options.channels);
  const messaging = new Messaging({
    store,
    clock: options.clock ?? systemClock,
    logger: silentLogger,
    random: systemRandom,
    channels,
    destinations: listDestinations(channels, options.notify ?? null),
    policy: { approvers: options.approvers ?? [ANN] },
    redactor: createRedactor(),
    nodeId: options.nodeId ?? store.ids.next(),
    publicUrl: options.publicUrl === undefined ? "https://hands.example.com/" : options.publicUrl,
    alerts: options.alerts ?? null,
    decide: (input) => decideApproval(store, input, { wake: async () => {} }),
  });
  onTestFinished(() => messaging.stop());
  return messaging;
}

/** The same, started. */
export async function startMessaging(store: Store, options: MessagingOptions): Promise<Messaging> {
  const messaging = createMessaging(store, options);
  await messaging.start();
  return messaging;
}

/** Tries until it does not throw. */
export async function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return await vi.waitFor(check, { timeout: 20_000, interval: 10 });
}

/** Makes what waits for a further attempt due now, as if the pause were over. */
export async function endPauses(store: Store): Promise<void> {
  await store.transaction(async (transaction) => {
    for (const table of ["request_messages", "notices"] as const) {
      await transaction.db
        .updateTable(table as "notices")
        .set({ next_attempt_at: transaction.nowMs })
        .where("status", "=", "retrying")
        .execute();
    }
    const rows = await transaction.db.selectFrom("request_messages").select("execution_id").execute();
    for (const row of rows)
      transaction.notify({ kind: "execution", executionId: row.execution_id, handName: "oracle" });
    transaction.notify({ kind: "events" });
  });
}

/** Every event of some types, as it was recorded. */
export async function readEventsOf(store: Store, ...types: readonly string[]) {
  const rows = await store.db
    .selectFrom("events")
    .select(["type", "data_json", "created_at"])
    .where("type", "in", [...types])
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map((row) => ({ type: row.type, data: JSON.parse(row.data_json) as Record<string, unknown> }));
}

/** A store of its own that is gone with the test: for what is the same over every database. */
export async function openMemoryStore(clock: Clock = systemClock): Promise<Store> {
  const store = await openStore({ db: ":memory:", clock, logger: silentLogger });
  onTestFinished(() => store.close());
  return store;
}
