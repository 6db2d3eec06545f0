import { findDenyRule } from "./deny-rule.ts";
import { askForGates, DEFAULT_EXPIRY_MS, holdsFor } from "./gate-approval.ts";
import type { PolicyDecision, RequestQuestion } from "./types.ts";

/**
 * Decides a hand's own request, made by `request_approval` or `hand.approve`. Who asks to be asked is asked: nothing lets it run,
 * and without a gate on the action only a human answers.
 */
export function decideRequest(question: RequestQuestion): Exclude<PolicyDecision, { readonly kind: "run" }> {
  const rule = findDenyRule(question.operator, [question.action]);
  if (rule !== undefined) return { kind: "refuse", rule };
  const covering = question.gates.filter(
    (gate) => gate.action === question.action && holdsFor(gate, question),
  );
  const own = { action: question.action, description: question.description };
  return covering.length === 0
    ? { kind: "ask", gates: [], ...own, autoApproveAfterMs: null, expiresAfterMs: DEFAULT_EXPIRY_MS }
    : { ...askForGates(covering, question.operator.allowsAutoApprove), ...own };
}
