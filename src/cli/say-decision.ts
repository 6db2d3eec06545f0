import type { DecisionResult } from "../approvals/index.ts";
import { formatInstant } from "./format-time.ts";
import { toLine } from "./printable.ts";
import { shortenId } from "./resolve-id.ts";

/** What a decider is told who came too late. */
export function describeLoss(result: DecisionResult & { readonly won: false }): string {
  const { approval, because, status, resolvedBy, resolvedVia, resolvedAt, note } = result;
  const id = shortenId(approval.id);
  const when = resolvedAt === null ? "" : ` at ${formatInstant(resolvedAt)}`;
  const why = note === null ? "" : `: ${toLine(note, 200)}`;
  switch (because) {
    case "expired":
      return `${id} expired${when}, which is "no"; it cannot be decided any more`;
    case "ended":
      return `${id} was withdrawn: its execution has ended`;
    case "args_differ":
      return `${id} asks about other arguments than were shown; look again with \`hands approvals\``;
    case "resolved":
      return `${id} was decided before: ${status} by ${resolvedBy ?? "unknown"}${resolvedVia === null ? "" : ` through ${resolvedVia}`}${when}${why}`;
  }
}
