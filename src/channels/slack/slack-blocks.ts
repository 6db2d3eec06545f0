import { describeItem, nameItem, titleRequest } from "../text/describe-request.ts";
import { renderPieces } from "../text/render-pieces.ts";
import { shorten } from "../text/split-text.ts";
import type { RequestItem, RequestMessage } from "../types.ts";
import { escapeMrkdwn, slackMrkdwn } from "./slack-mrkdwn.ts";

/** A block of Block Kit. Source: https://docs.slack.dev/reference/block-kit/blocks */
export type SlackBlock = Readonly<Record<string, unknown>>;

const LONGEST_SECTION = 3000;
const LONGEST_LABEL = 75;
/** Of 50 in a message; each request takes two. */
const MOST_REQUESTS = 23;
const ARGUMENT_LIMIT = 1500;

/** What starts the `action_id` of every button of ours. */
export const ACTION_PREFIX = "hands_decide_";

/** A message as blocks: a section and, while it is open, a row of buttons for each request. */
export function buildBlocks(message: RequestMessage): readonly SlackBlock[] {
  const shown = message.items.slice(0, MOST_REQUESTS);
  const left = message.items.length - shown.length;
  return [
    section(`*${escapeMrkdwn(titleRequest(message))}*`),
    ...shown.flatMap((item, index) => {
      const mark = nameItem(message, index);
      const [text = ""] = renderPieces(
        describeItem(item, mark, ARGUMENT_LIMIT),
        slackMrkdwn,
        LONGEST_SECTION,
      );
      const isOpen = item.outcome === null && item.buttons.length > 0;
      return isOpen ? [section(text), buildActions(item, mark)] : [section(text)];
    }),
    ...(left > 0 ? [section(`*⚠️ ${left} more are shown at the page alone.*`)] : []),
    ...(message.pageUrl === null ? [] : [section(`<${escapeMrkdwn(message.pageUrl)}|Open the page>`)]),
  ];
}

function section(text: string): SlackBlock {
  return { type: "section", text: { type: "mrkdwn", text } };
}

function buildActions(item: RequestItem, mark: string): SlackBlock {
  return {
    type: "actions",
    elements: item.buttons.map(({ decision, label, token }) => ({
      type: "button",
      text: { type: "plain_text", text: shorten(`${mark}${label}`, LONGEST_LABEL) },
      action_id: `${ACTION_PREFIX}${decision}`,
      value: token,
      style: decision === "approve" ? "primary" : "danger",
      ...(decision === "approve" ? { confirm: buildConfirmation(item) } : {}),
    })),
  };
}

function buildConfirmation(item: RequestItem): SlackBlock {
  return {
    title: { type: "plain_text", text: "Approve?" },
    text: { type: "plain_text", text: shorten(`${item.action}: ${item.description}`, 300) },
    confirm: { type: "plain_text", text: "Approve" },
    deny: { type: "plain_text", text: "Back" },
  };
}
