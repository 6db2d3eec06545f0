import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { defineTool } from "hands";
import { z } from "zod";

/** Writes an SQLite file anew without its empty pages. Its content stays, so doing it twice does no more. */
export default defineTool({
  name: "compact_sqlite",
  description: "Compacts an SQLite file that the hand's parameters list.",
  effect: "write",
  idempotent: true,
  timeoutMs: 20 * 60 * 1000,
  input: z.strictObject({
    file: z.string(),
    emptyBytes: z.int().describe("What it was found to waste."),
  }),
  async execute({ file }, { parameters }) {
    const files = parameters["files"];
    if (!Array.isArray(files) || !files.includes(file))
      throw new Error(`${file} is not in files of HAND.toml`);
    const { size: before } = await stat(file);
    {
      using database = new DatabaseSync(file, { timeout: 30_000 });
      database.exec("VACUUM");
      // In WAL mode the file itself shrinks with the checkpoint.
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    return { freedBytes: before - (await stat(file)).size };
  },
});
