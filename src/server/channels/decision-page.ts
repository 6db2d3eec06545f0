import { normaliseForHuman } from "../../approvals/index.ts";
import type { DecisionLink } from "../../messaging/index.ts";
import { describeDecision, describeRequest, formatArguments, formatInstant } from "../../messaging/index.ts";
import { escapeHtml, renderPage } from "../pages/plain-page.ts";

/** What a link shows: what is asked, exactly what would run, and one button. It works without scripts and styles. */
export function renderDecisionPage({ token, approval }: DecisionLink, nowMs: number): string {
  const { decision } = token;
  const title = `${decision === "approve" ? "Approve" : "Reject"} this?`;
  const facts = [
    ["hand", approval.hand_name],
    ["action", approval.action],
    ["tool", approval.tool ?? "none"],
    ["effect", approval.effect ?? "none"],
    ["execution", approval.execution_id ?? "none"],
    ["expires", approval.expires_at === null ? "never" : formatInstant(approval.expires_at)],
    [
      "approves itself",
      approval.auto_approve_at === null || approval.status !== "pending"
        ? "no"
        : formatInstant(approval.auto_approve_at),
    ],
  ] as const;
  const body = [
    `<p>${show(describeRequest(approval))}</p>`,
    `<ul>${facts.map(([name, value]) => `<li>${name}: <strong>${show(value)}</strong></li>`).join("")}</ul>`,
    "<p>Exactly these arguments:</p>",
    `<pre>${escapeHtml(formatArguments(approval))}</pre>`,
    describeWhatNow({ token, approval }, nowMs),
  ];
  return renderPage(title, body, { areBlocks: true });
}

/** What came of a decision. */
export function renderAnswerPage(answer: { readonly text: string; readonly isDecided: boolean }): string {
  return renderPage(answer.isDecided ? "Decided" : "Nothing was decided", [show(answer.text)]);
}

function describeWhatNow({ token, approval }: DecisionLink, nowMs: number): string {
  if (approval.status !== "pending") {
    return `<p>Nothing is left to decide: it was ${show(describeDecision(approval))}.</p>`;
  }
  if (token.expires_at <= nowMs) return "<p>This link has expired, and decides nothing any more.</p>";
  if (token.recipient === "") {
    return "<p>This link only shows the request. Press the button in the message, or decide in the dashboard.</p>";
  }
  const word = token.decision === "approve" ? "Approve" : "Reject";
  return `<form method="post"><input type="hidden" name="confirm" value="yes"><p>Decided by this link, it counts as the word of <strong>${show(token.recipient)}</strong>.</p><button type="submit">${word}</button></form>`;
}

function show(text: string): string {
  return escapeHtml(normaliseForHuman(text));
}
