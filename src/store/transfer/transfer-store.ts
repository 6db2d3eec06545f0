import { HandsError } from "../../core/index.ts";
import { sealEvents } from "../seal-events.ts";
import type { Store } from "../store.ts";
import { compareTables } from "./compare-tables.ts";
import { copyTables } from "./copy-tables.ts";
import { assertUntouched, lockSource } from "./lock-source.ts";
import { listMovedTables } from "./moved-tables.ts";
import type { TableShape } from "./table-shapes.ts";
import { withAnyTables } from "./table-shapes.ts";
import type { SourceMark, TargetMark } from "./transfer-marks.ts";
import { putSourceMark, putTargetMark, readSourceMark, readTargetMark } from "./transfer-marks.ts";
import type { TransferOptions, TransferredTable } from "./transfer-options.ts";

/** What `hands doctor` writes to see whether a database can be written. */
const HARMLESS_KEYS: readonly string[] = ["doctor_wrote_at"];

/**
 * Moves everything from one database to an empty one. Each page of rows commits together with the place it ends at, so it can be killed at
 * any point and called again. Ends with equal counts and checksums of every table, or throws. Returns null where it was complete before.
 *
 * Throws: `invalid_argument` where somebody works on the source or the target has rows of its own, `store_moved` where either belongs to
 * another migration, `store_failed` where the two sides differ.
 */
export async function transferStore(options: TransferOptions): Promise<readonly TransferredTable[] | null> {
  const { source, target } = options;
  const tables = await listMovedTables();
  const begun = await readTargetMark(target);
  if (begun?.phase === "complete") {
    await completeSource(source, begun.id);
    return null;
  }
  if (begun === null) await assertEmpty(target, tables);
  const sourceMark = await lockSource(source, options.clock, {
    id: begun?.id ?? source.ids.next(),
    to: options.to,
  });
  if (begun !== null && begun.id !== sourceMark.id) {
    throw new HandsError(
      "store_moved",
      `The target is being filled by another migration, from ${begun.from}.`,
      {
        hint: "Choose another target, or take that migration back with --abort.",
      },
    );
  }
  // What was committed last has its place before it is copied, or the two sides would give it different ones.
  await sealEvents(source);
  const mark = begun ?? (await beginTarget(options, sourceMark));
  if (mark.phase === "copying") await copyTables(options, tables, mark);
  const sums = await compareTables(options, tables, mark.phase);
  await assertUntouched(source, sourceMark);
  await setPhase(target, "settling");
  await options.settle();
  await setPhase(target, "complete");
  await completeSource(source, sourceMark.id);
  return sums;
}

async function assertEmpty(target: Store, tables: readonly TableShape[]): Promise<void> {
  for (const { name, key } of tables) {
    let query = withAnyTables(target.db)
      .selectFrom(name)
      .select([...key]);
    if (name === "runtime_state") query = query.where("key", "not in", [...HARMLESS_KEYS]);
    if ((await query.limit(1).executeTakeFirst()) === undefined) continue;
    throw new HandsError("invalid_argument", `The target is not empty: ${name} has rows.`, {
      hint: "Give a database that nothing has used yet.",
    });
  }
}

async function beginTarget({ target, from }: TransferOptions, { id }: SourceMark): Promise<TargetMark> {
  return await target.transaction(async (transaction) => {
    await transaction.db
      .deleteFrom("runtime_state")
      .where("key", "in", [...HARMLESS_KEYS])
      .execute();
    const mark: TargetMark = { id, from, phase: "copying", table: null, cursor: null, copied: {} };
    await putTargetMark(transaction, mark);
    return mark;
  });
}

async function setPhase(target: Store, phase: TargetMark["phase"]): Promise<void> {
  await target.transaction(async (transaction) => {
    const mark = await readTargetMark(transaction);
    if (mark !== null) await putTargetMark(transaction, { ...mark, phase });
  });
}

async function completeSource(source: Store, id: string): Promise<void> {
  await source.transaction(async (transaction) => {
    const mark = await readSourceMark(transaction);
    if (mark?.id === id) await putSourceMark(transaction, { ...mark, isComplete: true });
  });
}
