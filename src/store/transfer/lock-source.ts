import type { Clock } from "../../core/index.ts";
import { HandsError } from "../../core/index.ts";
import { hasLeasePassed } from "../has-lease-passed.ts";
import { isOpen } from "../is-open.ts";
import { LAST_ALIVE_KEY } from "../queries/alive-stamp.ts";
import type { Store } from "../store.ts";
import type { SourceMark } from "./transfer-marks.ts";
import { putSourceMark, readSourceMark } from "./transfer-marks.ts";

/** A process that works stamps every second; a stamp that stands still for this long is of one that is gone. */
const STAMP_STANDS_MS = 2_500;
const FRESH_MS = 5_000;

/**
 * Marks the source, so that nobody begins to work on it, and then sees whether anybody does already: the mark comes first, or a process
 * that starts between the two would be missed. Throws: `store_moved` where it goes elsewhere, `invalid_argument` where somebody works on it.
 */
export async function lockSource(
  source: Store,
  clock: Clock,
  wanted: { readonly id: string; readonly to: string },
): Promise<SourceMark> {
  const { mark, isNew } = await source.transaction(async (transaction) => {
    const known = await readSourceMark(transaction);
    if (known !== null) return { mark: known, isNew: false };
    const lastAliveAt = await readAliveStamp(transaction);
    const fresh: SourceMark = { ...wanted, startedAt: transaction.nowMs, lastAliveAt, isComplete: false };
    await putSourceMark(transaction, fresh);
    return { mark: fresh, isNew: true };
  });
  if (mark.to !== wanted.to) {
    throw new HandsError("store_moved", `The source is being moved to ${mark.to}, not to ${wanted.to}.`, {
      hint: "Go on with that one, or take it back with --abort.",
    });
  }
  if (!isNew) return mark;
  try {
    await assertNobodyWorks(source, clock, mark.lastAliveAt);
  } catch (error) {
    await source.transaction((transaction) => putSourceMark(transaction, null));
    throw error;
  }
  return mark;
}

/** Throws: `invalid_argument` where a process stamped the source since it was marked. */
export async function assertUntouched(source: Store, mark: SourceMark): Promise<void> {
  if ((await readAliveStamp(source)) === mark.lastAliveAt) return;
  throw new HandsError("invalid_argument", "A process has worked on the source since the migration began.", {
    hint: "Stop it, take the migration back with --abort, and begin anew.",
  });
}

async function assertNobodyWorks(source: Store, clock: Clock, stamp: number | null): Promise<void> {
  if (stamp !== null && source.nowMs() - stamp < FRESH_MS) {
    await clock.sleep(STAMP_STANDS_MS);
    if ((await readAliveStamp(source)) !== stamp) {
      throw new HandsError("invalid_argument", "A `hands up` is at work on the source.", {
        hint: "Stop every process that uses it, then begin again.",
      });
    }
  }
  const nowMs = source.nowMs();
  const leased = await source.db
    .selectFrom("hand_executions")
    .select(["id", "hand_name", "lease_until"])
    .where(isOpen)
    .where("status", "=", "running")
    .where("lease_until", "is not", null)
    .where(({ not }) => not(hasLeasePassed(nowMs)))
    .limit(1)
    .executeTakeFirst();
  if (leased === undefined) return;
  const leftMs = Number(leased.lease_until) - nowMs;
  throw new HandsError(
    "invalid_argument",
    `A process is running the execution ${leased.id} of ${leased.hand_name} on the source.`,
    {
      hint: `Let it end, or stop it. Where it died already, begin again in ${Math.ceil(leftMs / 1_000)} s.`,
    },
  );
}

async function readAliveStamp({ db }: Pick<Store, "db">): Promise<number | null> {
  const row = await db
    .selectFrom("runtime_state")
    .select("value")
    .where("key", "=", LAST_ALIVE_KEY)
    .executeTakeFirst();
  return row === undefined ? null : Number(row.value);
}
