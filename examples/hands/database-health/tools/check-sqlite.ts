import { isAbsolute } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { defineTool } from "hands";
import { z } from "zod";

/** The state of an SQLite file, read only. That it cannot be opened is a result. Source of the pragmas: sqlite.org/pragma.html. */
export default defineTool({
  name: "check_sqlite",
  description: "Checks an SQLite file for damage, and measures its size and how much of it is empty.",
  effect: "read",
  timeoutMs: 20 * 60 * 1000,
  input: z.strictObject({ file: z.string().refine(isAbsolute, "must be an absolute path") }),
  execute({ file }) {
    try {
      using database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
      const read = (pragma: string) => Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0];
      const pageBytes = Number(read("page_size"));
      const damage = String(read("quick_check(1)"));
      return {
        problem: damage === "ok" ? null : damage,
        sizeBytes: Number(read("page_count")) * pageBytes,
        emptyBytes: Number(read("freelist_count")) * pageBytes,
      };
    } catch (error) {
      return {
        problem: error instanceof Error ? error.message : String(error),
        sizeBytes: null,
        emptyBytes: 0,
      };
    }
  },
});
