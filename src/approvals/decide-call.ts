import { isGlob, matchesGlob } from "../core/index.ts";
import { findDenyRule } from "./deny-rule.ts";
import { askForGates, DEFAULT_EXPIRY_MS, holdsFor } from "./gate-approval.ts";
import type { CompiledGate, PolicyDecision, PolicyQuestion } from "./types.ts";

type Tool = PolicyQuestion["tool"];

/** The tool that runs any program, so that a glob which happens to match it is not enough to let it run unasked. */
const SHELL = "shell";

/**
 * Decides one call; the only place where that is done. In this order: a deny rule of the operator refuses, a gate that covers the
 * call asks, a read and a built-in tool's write to the hand's own workspace or memory run, what is listed in `unattended` runs,
 * and anything else asks.
 *
 * A deny rule names a tool, the action it declares, or the action of a gate that covers the call. A glob in `unattended` never
 * covers `shell`, which has to be named.
 */
export function decideCall(question: PolicyQuestion): PolicyDecision {
  const { tool } = question;
  const covering = question.gates.filter((gate) => covers(gate, tool) && holdsFor(gate, question));
  const rule = findDenyRule(question.operator, [
    tool.name,
    tool.action,
    ...covering.map((gate) => gate.action),
  ]);
  if (rule !== undefined) return { kind: "refuse", rule };
  if (covering.length > 0) {
    const mayApproveItself =
      tool.effect !== "destructive" || covering.every((gate) => namesExactly(gate, tool));
    return askForGates(covering, question.operator.allowsAutoApprove && mayApproveItself);
  }
  if (tool.effect === "read") return { kind: "run", because: "read" };
  if (tool.effect === "write" && tool.confinedTo !== null && tool.origin === "builtin") {
    return { kind: "run", because: "confined" };
  }
  if (question.unattended.some((entry) => isListed(entry, tool)))
    return { kind: "run", because: "unattended" };
  return {
    kind: "ask",
    gates: [],
    action: tool.action ?? tool.name,
    description: `${tool.name} is ${tool.effect}, and neither a gate nor \`unattended\` lists it`,
    autoApproveAfterMs: null,
    expiresAfterMs: DEFAULT_EXPIRY_MS,
  };
}

/** Is the gate about this tool at all, whatever its condition says? */
function covers(gate: CompiledGate, tool: Pick<Tool, "name" | "action">): boolean {
  return (
    gate.action === tool.name ||
    (tool.action !== null && gate.action === tool.action) ||
    gate.tools.some((glob) => matchesGlob(glob, tool.name))
  );
}

/** Did somebody write this tool's name or action down, so that a destructive tool may approve itself? */
function namesExactly(gate: CompiledGate, tool: Tool): boolean {
  return covers({ ...gate, tools: gate.tools.filter((name) => !isGlob(name)) }, tool);
}

function isListed(entry: string, tool: Tool): boolean {
  const isShell = tool.name === SHELL || tool.action === SHELL;
  return isShell ? entry === tool.name : matchesGlob(entry, tool.name);
}
