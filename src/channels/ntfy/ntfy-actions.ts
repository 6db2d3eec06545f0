import type { RequestMessage } from "../types.ts";

/** A button of a notification. Source: https://docs.ntfy.sh/publish/#action-buttons */
type NtfyAction = Readonly<Record<string, unknown>>;

const MOST_ACTIONS = 3;

/** With these the page behind a link decides at once, instead of asking once more. */
const CONFIRMED = { "X-Hands-Confirm": "yes", Accept: "application/json" } as const;

/**
 * The buttons of the one request that is open, each of which posts to its own address; then the page. Several open requests share the link to the
 * page alone: three buttons are too few to say which of them they mean.
 */
export function buildActions(message: RequestMessage): readonly NtfyAction[] {
  const open = message.items.filter(({ outcome }) => outcome === null);
  const buttons = open.length === 1 ? (open[0]?.buttons ?? []) : [];
  const decisions = buttons.flatMap(({ label, url }) =>
    url === null ? [] : [{ action: "http", label, url, method: "POST", headers: CONFIRMED, clear: true }],
  );
  const page = message.pageUrl === null ? [] : [{ action: "view", label: "Open", url: message.pageUrl }];
  return [...decisions.slice(0, MOST_ACTIONS - page.length), ...page];
}
