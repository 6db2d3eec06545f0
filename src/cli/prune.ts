import { HandsError } from "../core/index.ts";
import { KEEP_EVERYTHING, pruneStore, pruneVersionFolders } from "../runtime/index.ts";
import type { CountByTable } from "../store/index.ts";
import { prunesAnything } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { formatTable } from "./format-table.ts";
import { hasDatabase, loadProject, openForReading, openForWriting } from "./project.ts";

/** Removes what the project's policy lets go, or says what would go. */
export async function prune(context: CommandContext, isDryRun: boolean): Promise<number> {
  const { config } = await loadProject(context);
  const { retention: policy = KEEP_EVERYTHING, dataDir } = config;
  if (!prunesAnything(policy)) {
    if (context.isJson) writeJson(context, { isDryRun, rows: {} });
    say(context, "Everything is kept: hands.toml sets no limit in [retention], so nothing goes.");
    return EXIT.ok;
  }
  using listener = context.interrupts.listen();
  const { signal } = listener;
  const isReading = isDryRun || !hasDatabase(config);
  const store = isReading ? await openForReading(context, config) : await openForWriting(context, config);
  try {
    const rows = await pruneStore({ store, policy, clock: context.clock, isDryRun: isReading, signal });
    if (rows === null) {
      throw new HandsError("store_failed", "another process is pruning this database", {
        hint: "Wait until it is done; it does the same.",
      });
    }
    if (!isReading && policy.versionsMs !== null) {
      await pruneVersionFolders(store, dataDir, context.clock.now() - policy.versionsMs);
    }
    sayRows(context, rows, isDryRun);
  } catch (error) {
    if (!signal.aborted) throw error;
    say(context, "Stopped. What is gone is gone; the rest goes the next time.");
    return EXIT.interrupted;
  } finally {
    await store.close();
  }
  return EXIT.ok;
}

function sayRows(context: CommandContext, rows: CountByTable, isDryRun: boolean): void {
  const { out } = context.terminal;
  const entries = Object.entries(rows).sort();
  if (context.isJson) writeJson(context, { isDryRun, rows });
  else if (entries.length > 0) {
    const lines = entries.map(([table, count]) => [table, count.toLocaleString("en")]);
    out.write(formatTable(out, ["table", isDryRun ? "would go" : "removed"], lines));
  }
  if (entries.length === 0) say(context, "Nothing is old enough to go.");
  else say(context, isDryRun ? "Nothing was removed: `hands prune` does it." : "Removed.");
}
