import { HandsError } from "../core/index.ts";
import type { Store } from "../store/index.ts";

type Kind = "execution" | "approval";

const TABLES = { execution: "hand_executions", approval: "approval_queue" } as const;
const HINTS = {
  execution: "`hands executions` lists the newest ones.",
  approval: "`hands approvals` lists those that wait; with --all, every one.",
} as const;

/** More candidates than these are not listed. */
const MOST_CANDIDATES = 10;

/** The end of an id, which differs where the beginning, a time, does not. */
export function shortenId(id: string): string {
  return id.slice(-8);
}

/**
 * The id that was meant: written out, or any beginning or end of it that no other has.
 *
 * Throws: `execution_not_found`, `approval_not_found`; `invalid_argument` where several have it, with `details.candidates`.
 */
export async function resolveId(store: Store, kind: Kind, written: string): Promise<string> {
  const candidates = await findCandidates(store, kind, written);
  const exact =
    candidates.find((id) => id === written) ?? (candidates.length === 1 ? candidates[0] : undefined);
  if (exact !== undefined) return exact;
  if (candidates.length === 0) {
    throw new HandsError(`${kind}_not_found`, `there is no ${kind} ${JSON.stringify(written)}`, {
      hint: HINTS[kind],
    });
  }
  const listed = candidates.slice(0, MOST_CANDIDATES);
  const more = candidates.length > MOST_CANDIDATES ? " and more" : "";
  throw new HandsError("invalid_argument", `several ${kind}s begin or end with ${JSON.stringify(written)}`, {
    hint: `Write more of the id: ${listed.join(", ")}${more}.`,
    details: { candidates: listed },
  });
}

/** Ids that begin or end with the text, whichever table; none for a text that no id can hold. */
async function findCandidates(store: Store, kind: Kind, written: string): Promise<readonly string[]> {
  if (!/^[0-9a-z-]+$/i.test(written)) return [];
  const rows = await store.db
    .selectFrom(TABLES[kind])
    .select("id")
    .where((where) =>
      where.or([
        where("id", "=", written),
        where("id", "like", `${written.toLowerCase()}%`),
        where("id", "like", `%${written.toLowerCase()}`),
      ]),
    )
    .orderBy("id")
    .limit(MOST_CANDIDATES + 1)
    .execute();
  return rows.map(({ id }) => id);
}
