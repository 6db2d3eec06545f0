import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { settleCopiedStore } from "../approvals/index.ts";
import { formatDuration, HandsError, silentLogger } from "../core/index.ts";
import type { Store, TransferProgress, TransferredTable } from "../store/index.ts";
import { abortTransfer, openStore, transferStore } from "../store/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { formatTable } from "./format-table.ts";
import { describeDatabase, isPostgres } from "./project.ts";

/** Moves a database, or takes an incomplete move back. */
export async function migrateStore(
  context: CommandContext,
  options: { readonly from: string; readonly to: string; readonly isAbort: boolean },
): Promise<number> {
  const from = readAddress(context, "--from", options.from);
  const to = readAddress(context, "--to", options.to);
  if (from === to) throw new HandsError("invalid_argument", "--from and --to are the same database");
  if (!isPostgres(from) && !existsSync(from)) {
    throw new HandsError("store_failed", `there is no database ${from}, so there is nothing to move`);
  }
  const source = await open(context, from);
  try {
    const names = { from: describeDatabase(from), to: describeDatabase(to) };
    // Nothing is made only to be taken back.
    if (options.isAbort && !isPostgres(to) && !existsSync(to)) {
      return await abort(context, { source, target: null, ...names });
    }
    const target = await open(context, to);
    try {
      const stores = { source, target, ...names };
      return options.isAbort ? await abort(context, stores) : await migrate(context, stores);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

interface Stores {
  readonly source: Store;
  readonly target: Store;
  readonly from: string;
  readonly to: string;
}

async function migrate(context: CommandContext, stores: Stores): Promise<number> {
  using listener = context.interrupts.listen();
  const { signal } = listener;
  const { target, from, to } = stores;
  let askedCount = 0;
  let moved: readonly TransferredTable[] | null;
  try {
    moved = await transferStore({
      ...stores,
      clock: context.clock,
      signal,
      onProgress: (progress) => say(context, describeProgress(progress)),
      settle: async () => {
        askedCount = await settleCopiedStore(target, {
          by: "migrate",
          note: `this database was moved from ${from}`,
        });
      },
    });
  } catch (error) {
    if (!signal.aborted) throw error;
    say(context, "Stopped. The same command goes on from here; with --abort it takes the migration back.");
    return EXIT.interrupted;
  }
  if (context.isJson) writeJson(context, { from, to, tables: moved ?? [], unknownCount: askedCount });
  if (moved === null) {
    say(context, `${to} is complete already; ${from} takes no work any more.`);
    return EXIT.ok;
  }
  if (!context.isJson) context.terminal.out.write(formatMoved(context, moved));
  const rows = moved.reduce((total, table) => total + table.rows, 0);
  say(context, `Moved ${rows.toLocaleString("en")} rows from ${from} to ${to}; both sides are equal.`);
  if (askedCount > 0) {
    say(context, `${askedCount} calls were under way: \`hands approvals\` asks what became of them.`);
  }
  say(
    context,
    "Everything is paused there. Set db in hands.toml to it, start `hands up`, then `hands resume --all`.",
  );
  return EXIT.ok;
}

async function abort(
  context: CommandContext,
  { source, target, from, to }: Omit<Stores, "target"> & { readonly target: Store | null },
): Promise<number> {
  const wasThere = await abortTransfer({ source, target });
  if (context.isJson) writeJson(context, { from, to, hasChanged: wasThere });
  say(
    context,
    wasThere
      ? `Taken back: ${to} is empty, and ${from} takes work again.`
      : `There is no migration from ${from} to ${to} to take back.`,
  );
  return EXIT.ok;
}

async function open({ clock }: CommandContext, db: string): Promise<Store> {
  return await openStore({ db, clock, logger: silentLogger, isForTransfer: true });
}

function readAddress({ cwd }: CommandContext, option: string, written: string): string {
  if (isPostgres(written)) return written;
  const path = written.startsWith("sqlite:") ? written.slice("sqlite:".length) : written;
  if (path === "" || path === ":memory:" || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    throw new HandsError("invalid_argument", `${option} names neither a file nor Postgres`, {
      hint: "Give sqlite:PATH or a postgres:// address.",
    });
  }
  return resolve(cwd, path);
}

function describeProgress({
  phase,
  table,
  doneRows,
  totalRows,
  rowsPerSecond,
  leftMs,
}: TransferProgress): string {
  const count = (number: number) => number.toLocaleString("en");
  const verb = phase === "copying" ? "copied" : "checked";
  const rate = rowsPerSecond === null ? "" : `, ${count(rowsPerSecond)} rows/s`;
  const left = leftMs === null ? "" : `, ${formatDuration(Math.ceil(leftMs / 1_000) * 1_000)} left`;
  return `${verb} ${count(doneRows)} of ${count(totalRows)} rows (${table})${rate}${left}`;
}

function formatMoved({ terminal }: CommandContext, moved: readonly TransferredTable[]): string {
  return formatTable(
    terminal.out,
    ["table", "rows", "checksum on both sides"],
    moved.map(({ table, rows, checksum }) => [table, rows.toLocaleString("en"), checksum.slice(0, 16)]),
  );
}
