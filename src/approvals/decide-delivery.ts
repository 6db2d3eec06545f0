import { findDenyRule } from "./deny-rule.ts";
import { askForGates, holdsFor } from "./gate-approval.ts";
import type { CompiledGate, DeliveryDecision, DeliveryQuestion } from "./types.ts";

/** The action that stands for every delivery that leaves the machine's own dashboard and files. */
export const BROADCAST = "broadcast";

const OWN_CHANNELS: readonly string[] = ["dashboard", "file"];

/**
 * Does the gate cover this delivery? Only a gate on the action `broadcast` does, and never one to the dashboard or a file. Its
 * condition sees `args.channel`, `args.destination`, `args.format` and `args.payload`. Globs in `tools` are about tools alone.
 */
export function coversDelivery(
  gate: CompiledGate,
  delivery: Omit<DeliveryQuestion, "gates" | "operator">,
): boolean {
  if (gate.action !== BROADCAST || OWN_CHANNELS.includes(delivery.channel)) return false;
  return holdsFor(gate, {
    args: {
      channel: delivery.channel,
      destination: delivery.destination,
      format: delivery.format,
      payload: delivery.payload,
    },
    parameters: delivery.parameters,
  });
}

/** Decides one delivery of an execution's output. Requests for decisions, alerts and receipts are not asked about. */
export function decideDelivery(question: DeliveryQuestion): DeliveryDecision {
  if (OWN_CHANNELS.includes(question.channel)) return { kind: "deliver" };
  const rule = findDenyRule(question.operator, [BROADCAST]);
  if (rule !== undefined) return { kind: "refuse", rule };
  const covering = question.gates.filter((gate) => coversDelivery(gate, question));
  return covering.length === 0
    ? { kind: "deliver" }
    : askForGates(covering, question.operator.allowsAutoApprove);
}
