import { createWriteStream } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { IdSource } from "../../core/index.ts";

const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

/** A row that is about to go. */
export interface ArchivedRow {
  readonly table: string;
  readonly row: object;
}

/**
 * Writes rows to a new file of the archive: gzipped lines of JSON, each `{ "table", "row" }`. The file has its name only once all of it
 * is on the disk. What was written and then not removed, as after a crash, is written again by the next pruning.
 */
export async function writeArchive(
  dir: string,
  kind: "executions" | "deliveries" | "events" | "versions",
  ids: IdSource,
  rows: AsyncIterable<ArchivedRow>,
): Promise<string> {
  await mkdir(dir, { recursive: true, mode: FOLDER_MODE });
  const path = join(dir, `${kind}-${ids.next()}.jsonl.gz`);
  const partial = `${path}.partial`;
  try {
    // `flush`: on the disk before the stream has ended.
    const file = createWriteStream(partial, { flags: "wx", mode: FILE_MODE, flush: true });
    await pipeline(Readable.from(toLines(rows)), createGzip(), file);
    await rename(partial, path);
    const folder = await open(dir, "r");
    await folder.sync().finally(() => folder.close());
    return path;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

async function* toLines(rows: AsyncIterable<ArchivedRow>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
