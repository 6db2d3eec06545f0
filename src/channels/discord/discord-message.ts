import { nameItem, renderRequest } from "../text/describe-request.ts";
import { shorten } from "../text/split-text.ts";
import type { RequestButton, RequestMessage } from "../types.ts";
import { discordMarkdown } from "./discord-markdown.ts";

/** A message's body. Source: https://docs.discord.com/developers/resources/message#create-message */
export type DiscordMessage = Readonly<Record<string, unknown>>;

/** Of an embed's description. */
const LONGEST_DESCRIPTION = 4096;
const LONGEST_LABEL = 80;
/** Rows of a message, and buttons of a row. */
const MOST_ROWS = 5;
const MOST_BUTTONS = 5;

const ACTION_ROW = 1;
const BUTTON = 2;
const STYLES: Readonly<Record<RequestButton["decision"], number>> = { approve: 3, reject: 4 };

/** Nobody is called by a message of ours, whatever stands in it. */
export const NO_MENTIONS = { allowed_mentions: { parse: [] } } as const;

/** A request as an embed; with a row of buttons for every two requests that are open. */
export function buildRequest(message: RequestMessage): DiscordMessage {
  return {
    ...NO_MENTIONS,
    embeds: [{ description: renderRequest(message, discordMarkdown, LONGEST_DESCRIPTION) }],
    components: buildRows(message),
  };
}

function buildRows(message: RequestMessage): readonly DiscordMessage[] {
  const groups = message.items.map((item, index) =>
    item.outcome !== null
      ? []
      : item.buttons.map(({ decision, label, token }) => ({
          type: BUTTON,
          style: STYLES[decision],
          label: shorten(`${nameItem(message, index)}${label}`, LONGEST_LABEL),
          custom_id: token,
        })),
  );
  const rows: (typeof groups)[number][] = [];
  for (const group of groups) {
    const last = rows.at(-1);
    if (last !== undefined && last.length + group.length <= MOST_BUTTONS) last.push(...group);
    else if (group.length > 0 && rows.length < MOST_ROWS) rows.push([...group]);
  }
  return rows.map((components) => ({ type: ACTION_ROW, components }));
}
