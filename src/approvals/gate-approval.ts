import type { JsonObject } from "../core/index.ts";
import type { AskDecision, CompiledGate } from "./types.ts";

/** How long a request stays open that neither approves itself nor says when it expires: 7 days. */
export const DEFAULT_EXPIRY_MS = 7 * 86_400_000;

/** Does the gate's condition hold? A condition that throws holds. */
export function holdsFor(
  gate: CompiledGate,
  context: { readonly args: JsonObject; readonly parameters: JsonObject },
): boolean {
  try {
    return gate.covers({ args: context.args, parameters: context.parameters }) !== false;
  } catch {
    return true;
  }
}

/**
 * The one approval that all these gates make together: automatic only if each allows it, after the longest of their delays;
 * it expires after the shortest of their expiries. Where the expiry comes first, the request is never approved by itself.
 */
export function askForGates(gates: readonly CompiledGate[], mayApproveItself: boolean): AskDecision {
  const delays = gates.map((gate) => toMilliseconds(gate.autoApproveAfter));
  const expiries = gates.map((gate) => toMilliseconds(gate.expiresAfter)).filter((expiry) => expiry !== null);
  const isAutomatic = mayApproveItself && delays.every((delay) => delay !== null);
  const autoApproveAfterMs = isAutomatic ? Math.max(...delays) : null;
  const fallback = autoApproveAfterMs === null ? DEFAULT_EXPIRY_MS : null;
  return {
    kind: "ask",
    gates: distinct(gates.map((gate) => gate.key)),
    action: distinct(gates.map((gate) => gate.action)).join("+"),
    description: distinct(gates.map((gate) => gate.description)).join("; "),
    autoApproveAfterMs,
    expiresAfterMs: expiries.length === 0 ? fallback : Math.min(...expiries),
  };
}

/** Null where there is none; what is no number of seconds counts as none, so that it can only make a gate stricter. */
function toMilliseconds(seconds: number | null): number | null {
  return seconds === null || !Number.isFinite(seconds) || seconds < 0 ? null : Math.round(seconds * 1000);
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
