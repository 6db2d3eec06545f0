import { hashJson, toJsonValue } from "../core/index.ts";
import type { ApprovalGate, When, WhenFault } from "../manifest/index.ts";
import type { CompiledGate } from "./types.ts";

/** Reads a condition, as the manifest's `compileWhen` does. */
export type CompileWhen = (expression: string) => When | WhenFault;

/**
 * Gates with their conditions ready to be asked. A condition that cannot be read, fails, or gives anything but true or false
 * covers the call.
 */
export function compileGates(
  gates: readonly ApprovalGate[],
  compileWhen: CompileWhen,
): readonly CompiledGate[] {
  return gates.map((gate) => ({ ...gate, covers: compileCondition(gate.when, compileWhen) }));
}

function compileCondition(when: string | null, compileWhen: CompileWhen): CompiledGate["covers"] {
  if (when === null) return () => true;
  const condition = compileWhen(when);
  if ("error" in condition) return () => true;
  return (context) => condition.evaluate(context) !== false;
}

/**
 * The gates of the version that runs and of today's manifest, together: both have to hold. A gate that is the same in both
 * is there once; two that share a key and differ are both there.
 */
export function mergeGates(
  versionGates: readonly ApprovalGate[],
  todayGates: readonly ApprovalGate[],
): readonly ApprovalGate[] {
  const byContent = new Map<string, ApprovalGate>();
  for (const gate of [...versionGates, ...todayGates]) {
    const content = hashJson(toJsonValue(gate));
    if (!byContent.has(content)) byContent.set(content, gate);
  }
  return [...byContent.values()];
}
