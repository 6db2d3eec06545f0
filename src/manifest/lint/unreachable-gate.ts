import { matchesGlob } from "../../core/index.ts";
import type { LintRule } from "./types.ts";

const DELIVERY = "broadcast";

/** A gate on tools that exist, none of which the hand has. Silent while the hand has tools that only its code knows. */
export const unreachableGate: LintRule = {
  code: "unreachable_gate",
  check: ({ hand, tools }) => {
    if (hand.scriptPath !== null || hand.toolPaths.length > 0 || Object.keys(hand.mcp).length > 0) return [];
    const own = new Set([...hand.toolsRequired, ...hand.toolsOptional].map(({ name }) => name));
    return hand.approvalGates.flatMap((gate) => {
      const covered = tools.filter(
        ({ name, action }) =>
          name === gate.action ||
          action === gate.action ||
          gate.tools.some((glob) => matchesGlob(glob, name)),
      );
      if (gate.action === DELIVERY || covered.length === 0 || covered.some(({ name }) => own.has(name)))
        return [];
      const names = covered.map(({ name }) => `\`${name}\``).join(", ");
      return [
        {
          kind: "manifest" as const,
          problem: {
            message: `Nothing can reach the gate \`${gate.key}\`: it covers ${names}, which the hand does not have`,
            path: ["approval_gates", gate.key],
            at: "key" as const,
            hint: "Name the tool in [tools], or remove the gate.",
          },
        },
      ];
    });
  },
};
