import { HandsError } from "../../core/index.ts";
import type { Store } from "../store.ts";
import { listMovedTables } from "./moved-tables.ts";
import { withAnyTables } from "./table-shapes.ts";
import { putSourceMark, readSourceMark, readTargetMark } from "./transfer-marks.ts";

/**
 * Takes a migration back while its target is not complete: the target is emptied, the source takes work again. False where there was
 * nothing to take back. `target` is null where it is not there any more. Throws: `store_moved` where the target is complete, or belongs to another migration.
 */
export async function abortTransfer({
  source,
  target,
}: {
  readonly source: Store;
  readonly target: Store | null;
}): Promise<boolean> {
  const [sourceMark, targetMark] = await Promise.all([
    readSourceMark(source),
    target === null ? null : readTargetMark(target),
  ]);
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
  if (target !== null && targetMark !== null) {
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
