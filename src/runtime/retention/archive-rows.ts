import type { ExecutionParts, Store } from "../../store/index.ts";
import { readWholeExecutions } from "../../store/index.ts";
import { inChunks } from "./in-chunks.ts";
import type { ArchivedRow } from "./retention-archive.ts";
import { writeArchive } from "./retention-archive.ts";

/** Read at a time, so that memory is bounded whatever the file is. */
const PER_READ = 50;

export async function archiveExecutions(
  store: Store,
  dir: string,
  parts: ExecutionParts,
  ids: readonly string[],
): Promise<void> {
  async function* rows(): AsyncGenerator<ArchivedRow> {
    for await (const some of inChunks(ids, PER_READ)) {
      for (const [table, list] of Object.entries(await readWholeExecutions(store, parts, some))) {
        for (const row of list) yield { table, row };
      }
    }
  }
  await writeArchive(dir, "executions", store.ids, rows());
}

export async function archiveDeliveries(store: Store, dir: string, ids: readonly string[]): Promise<void> {
  async function* rows(): AsyncGenerator<ArchivedRow> {
    for await (const some of inChunks(ids, PER_READ)) {
      const list = await store.db
        .selectFrom("deliveries")
        .selectAll()
        .where("id", "in", [...some])
        .execute();
      for (const row of list) yield { table: "deliveries", row };
    }
  }
  await writeArchive(dir, "deliveries", store.ids, rows());
}

export async function archiveVersions(store: Store, dir: string, hashes: readonly string[]): Promise<void> {
  async function* rows(): AsyncGenerator<ArchivedRow> {
    for (const hash of hashes) {
      const row = await store.db
        .selectFrom("hand_versions")
        .selectAll()
        .where("hash", "=", hash)
        .executeTakeFirst();
      if (row !== undefined) yield { table: "hand_versions", row };
    }
  }
  await writeArchive(dir, "versions", store.ids, rows());
}

export async function archiveEvents(store: Store, dir: string, events: readonly object[]): Promise<void> {
  async function* rows(): AsyncGenerator<ArchivedRow> {
    for (const row of events) yield { table: "events", row };
  }
  await writeArchive(dir, "events", store.ids, rows());
}
