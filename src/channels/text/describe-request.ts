import type { RequestItem, RequestMessage, RequestOutcome } from "../types.ts";
import { renderBlocks, renderPieces } from "./render-pieces.ts";
import { shorten } from "./split-text.ts";
import type { TextBlock } from "./text-block.ts";
import { paragraph } from "./text-block.ts";
import type { TextDialect } from "./text-dialect.ts";

const OUTCOME_MARKS: Readonly<Record<RequestOutcome["status"], string>> = {
  approved: "✅",
  rejected: "❌",
  expired: "⌛",
  auto_approved: "✅",
  cancelled: "🚫",
  answered: "✅",
};

/** Tried in turn until the message fits. */
const ARGUMENT_LIMITS = [Number.POSITIVE_INFINITY, 2000, 1000, 500, 250, 100, 40] as const;

/** The line that names who asks for what. */
export function titleRequest({ handName, items }: RequestMessage): string {
  const open = items.filter(({ outcome }) => outcome === null).length;
  if (open === 0) return `${handName}: nothing is left to decide`;
  return open === 1 ? `${handName} asks for a decision` : `${handName} asks for ${open} decisions`;
}

/** A whole message: title, every request, and the page. */
export function describeRequest(
  message: RequestMessage,
  options: { readonly argumentLimit?: number } = {},
): readonly TextBlock[] {
  const argumentLimit = options.argumentLimit ?? Number.POSITIVE_INFINITY;
  return [
    paragraph(titleRequest(message), { isBold: true }),
    ...message.items.flatMap((item, index) => describeItem(item, nameItem(message, index), argumentLimit)),
    ...describePage(message.pageUrl),
  ];
}

/** The same message for where no button would work: every open request is then answered at its page. */
export function withoutButtons(message: RequestMessage): RequestMessage {
  return { ...message, items: message.items.map((item) => ({ ...item, buttons: [] })) };
}

/** What one request is called within its message: a number where there are more. */
export function nameItem(message: RequestMessage, index: number): string {
  return message.items.length === 1 ? "" : `${index + 1}. `;
}

/** One request, with its exact arguments up to a limit; what is left out is said. */
export function describeItem(item: RequestItem, mark: string, argumentLimit: number): readonly TextBlock[] {
  const effect = item.effect === null ? "" : ` (${item.effect})`;
  const blocks: TextBlock[] = [
    {
      kind: "text",
      spans: [{ text: `${mark}${item.action}`, isBold: true }, { text: `${effect}: ${item.description}` }],
    },
  ];
  const shown = shorten(item.argumentsText, argumentLimit);
  if (item.argumentsText !== "") blocks.push({ kind: "code", text: shown, language: "json", isTight: true });
  if (shown !== item.argumentsText) {
    const length = `⚠️ Not all is shown: the arguments have ${item.argumentsText.length} characters. Read them whole before you decide.`;
    blocks.push({ ...paragraph(length, { isBold: true }), isTight: true });
  }
  const state = describeState(item);
  if (state !== "") blocks.push({ ...paragraph(state), isTight: true });
  return blocks;
}

/** The message in one dialect and within a limit, with as much of the arguments as fits. */
export function renderRequest(message: RequestMessage, dialect: TextDialect, limit: number): string {
  for (const argumentLimit of ARGUMENT_LIMITS) {
    const text = renderBlocks(describeRequest(message, { argumentLimit }), dialect);
    if (text.length <= limit) return text;
  }
  const rest = [
    paragraph("⚠️ Not all requests are shown here.", { isBold: true }),
    ...describePage(message.pageUrl),
  ];
  const end = renderBlocks(rest, dialect);
  const [first = ""] = renderPieces(
    describeRequest(message, { argumentLimit: 40 }),
    dialect,
    limit - end.length - 2,
  );
  return `${first}\n\n${end}`;
}

function describeState({ outcome, buttons, autoApproveAt, expiresAt }: RequestItem): string {
  if (outcome !== null) return `${OUTCOME_MARKS[outcome.status]} ${outcome.text}`;
  return [
    buttons.length === 0 ? "To be answered at its page, or with `hands approvals`." : "",
    autoApproveAt === null ? "" : `Approved by itself at ${formatInstant(autoApproveAt)}.`,
    expiresAt === null ? "" : `Expires at ${formatInstant(expiresAt)}.`,
  ]
    .filter((line) => line !== "")
    .join(" ");
}

function describePage(url: string | null): readonly TextBlock[] {
  return url === null ? [] : [paragraph("Open the page", { url })];
}

function formatInstant(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
