import { HandsError } from "../../core/index.ts";
import { listMovedTables } from "./moved-tables.ts";
import { withAnyTables } from "./table-shapes.ts";
import { putSourceMark, readSourceMark, readTargetMark } from "./transfer-marks.ts";
import type { TransferOptions } from "./transfer-options.ts";

/**
 * Takes a migration back while its target is not complete: the target is emptied, the source takes work again. False where there was
 * nothing to take back. Throws: `store_moved` where the target is complete, or belongs to another migration.
 */
export async function abortTransfer({
  source,
  target,
}: Pick<TransferOptions, "source" | "target">): Promise<boolean> {
  const [sourceMark, targetMark] = await Promise.all([readSourceMark(source), readTargetMark(target)]);
  if (sourceMark === null && targetMark === null) return false;
  if (sourceMark?.isComplete === true || targetMark?.phase === "complete") {
    throw new HandsError("store_moved", "The migration is complete; the target may have gone on already.", {
      hint: "To go back, migrate from the target to a new database.",
    });
  }
  if (sourceMark !== null && targetMark !== null && sourceMark.id !== targetMark.id) {
    throw new HandsError("store_moved", "The source and the target belong to different migrations.", {
      hint: `The source goes to ${sourceMark.to}, the target comes from ${targetMark.from}.`,
    });
  }
  if (targetMark !== null) {
    for (const { name } of await listMovedTables()) {
      if (name === "runtime_state") continue;
      await target.transaction(({ db }) => withAnyTables(db).deleteFrom(name).execute());
    }
    // With the mark, and last: until then the target is not anybody's.
    await target.transaction(({ db }) => db.deleteFrom("runtime_state").execute());
  }
  await source.transaction((transaction) => putSourceMark(transaction, null));
  return true;
}
