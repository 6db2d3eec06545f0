import { HandsError } from "../core/index.ts";
import type { ListPlace } from "../store/index.ts";

/** A place in a list as text, for the next page. */
export function writeCursor(place: ListPlace): string {
  return Buffer.from(`${place.createdAt}:${place.id}`).toString("base64url");
}

/** Throws: `invalid_argument`. */
export function readCursor(cursor: string | undefined): ListPlace | null {
  if (cursor === undefined) return null;
  const match = /^(\d{1,16}):([0-9A-Za-z_-]{1,64})$/.exec(Buffer.from(cursor, "base64url").toString());
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new HandsError("invalid_argument", "the cursor is none that this API gave");
  }
  return { createdAt: Number(match[1]), id: match[2] };
}

/** One page out of rows that were asked for with one more than its length. */
export function cutPage<Row extends { readonly created_at: number; readonly id: string }>(
  rows: readonly Row[],
  limit: number,
): { readonly rows: readonly Row[]; readonly nextCursor: string | null } {
  if (rows.length <= limit) return { rows, nextCursor: null };
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    rows: kept,
    nextCursor: last === undefined ? null : writeCursor({ createdAt: last.created_at, id: last.id }),
  };
}
