import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";
import { isCount } from "./read-agent.ts";
import { nameHere } from "./read-tools.ts";
import { GATED_TOOLS } from "./tool-names.ts";
import type { Translation } from "./translation.ts";

const DELIVERY = "broadcast";

/** Bounds that mean the same here, by the names they have elsewhere. Those in seconds are durations here too. */
const BOUNDS: Readonly<Record<string, { readonly to: string; readonly isCount: boolean }>> = {
  max_cost: { to: "max_cost_usd", isCount: false },
  max_cost_usd: { to: "max_cost_usd", isCount: false },
  max_cost_per_run: { to: "max_cost_usd", isCount: false },
  max_cost_usd_per_day: { to: "max_cost_usd_per_day", isCount: false },
  max_cost_per_day: { to: "max_cost_usd_per_day", isCount: false },
  daily_budget_usd: { to: "max_cost_usd_per_day", isCount: false },
  max_tokens: { to: "max_tokens", isCount: true },
  max_tokens_per_run: { to: "max_tokens", isCount: true },
  max_steps: { to: "max_steps", isCount: true },
  max_iterations: { to: "max_steps", isCount: true },
  max_turns: { to: "max_steps", isCount: true },
  timeout: { to: "timeout", isCount: false },
  timeout_secs: { to: "timeout", isCount: false },
  timeout_seconds: { to: "timeout", isCount: false },
};

const APPROVALS = new Set([
  "approval_required",
  "approvals",
  "needs_approval",
  "require_approval",
  "requires_approval",
  "require_approval_for",
]);
const WORDS = new Set(["rules", "guidelines", "notes"]);

/**
 * A table of what holds a hand back. A bound becomes a limit, a list of approvals becomes gates, words go into the prompt. What is none of
 * these is noted as a guard that is lost, and the hand is refused until somebody writes it anew.
 */
export function readGuardrails(translation: Translation, from: DocumentPath): void {
  const guardrails = translation.at(from);
  if (guardrails === undefined) return;
  if (!isPlainObject(guardrails)) {
    readGuardWords(translation, from);
    return;
  }
  for (const key of Object.keys(guardrails)) {
    const path = [...from, key];
    if (Object.hasOwn(BOUNDS, key)) readBound(translation, path, key);
    else if (APPROVALS.has(key)) readApprovals(translation, path);
    else if (WORDS.has(key)) readGuardWords(translation, path);
    else translation.lose(path, "no gate and no limit is called so", { isGuard: true });
  }
}

/** `true` for everything, or a list of tools or actions that need a person. */
export function readApprovals(translation: Translation, from: DocumentPath): void {
  const written = translation.at(from);
  if (written === undefined) return;
  if (written === false || (Array.isArray(written) && written.length === 0)) {
    translation.noteMapped(
      from,
      ["approval_gates"],
      "what acts outside the hand's own workspace asks all the same",
    );
    return;
  }
  if (written === true) {
    translation.move(
      from,
      ["approval_gates", DELIVERY],
      { action: DELIVERY, description: "Deliver the output" },
      {
        reason: "delivery asks, and so does every tool that acts outside the hand's own workspace",
      },
    );
    return;
  }
  const names = Array.isArray(written) ? written : [written];
  for (const [index, name] of names.entries()) {
    const path = Array.isArray(written) ? [...from, index] : from;
    if (typeof name !== "string" || name.trim() === "")
      translation.loseWrong(path, "the name of a tool or action", { isGuard: true });
    else {
      const action = nameHere(name);
      translation.move(path, ["approval_gates", action], {
        action,
        description: GATED_TOOLS[action] ?? `Approve ${action}`,
      });
    }
  }
}

function readBound(translation: Translation, from: DocumentPath, key: string): void {
  const bound = BOUNDS[key];
  if (bound === undefined) return;
  const to = ["limits", bound.to];
  const value = translation.at(from);
  if (bound.to === "timeout" && typeof value === "string") translation.moveText(from, to, { isGuard: true });
  else if (bound.isCount)
    translation.moveNumber(from, to, {
      fits: isCount,
      expected: "a whole number of at least 1",
      isGuard: true,
    });
  else
    translation.moveNumber(from, to, {
      fits: (number) => number >= 0,
      expected: "a number of at least 0",
      isGuard: true,
    });
}

/** Sentences hold nothing back; they are what the model was told, and it is told so here. */
function readGuardWords(translation: Translation, from: DocumentPath): void {
  const written = translation.at(from);
  const lines = Array.isArray(written) ? written : [written];
  if (!lines.every((line) => typeof line === "string")) {
    translation.loseWrong(from, "texts", { isGuard: true });
    return;
  }
  translation.addPrompt(`# Guardrails\n\n${lines.map((line) => `- ${line}`).join("\n")}`);
  translation.notePrompt(
    from,
    "words in a prompt hold nothing back; what acts outside the hand's own workspace asks in any case",
  );
}
