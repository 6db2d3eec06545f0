import { matchesGlob } from "../../core/index.ts";
import type { LintRule } from "./types.ts";

/** A tool that acts outside the hand's own workspace, and that no gate covers. */
export const effectWithoutGate: LintRule = {
  code: "effect_without_gate",
  check: ({ hand, tools }) =>
    (["required", "optional"] as const).flatMap((list) => {
      const named = list === "required" ? hand.toolsRequired : hand.toolsOptional;
      return named.flatMap(({ name }, index) => {
        const tool = tools.find((candidate) => candidate.name === name);
        if (tool === undefined || tool.effect === "read" || tool.confinedTo != null) return [];
        const isCovered = hand.approvalGates.some(
          (gate) =>
            gate.action === name ||
            gate.action === tool.action ||
            gate.tools.some((glob) => matchesGlob(glob, name)),
        );
        if (isCovered) return [];
        const isUnattended = hand.toolsUnattended.some((glob) => matchesGlob(glob, name));
        return [
          {
            kind: "manifest" as const,
            problem: {
              message: isUnattended
                ? `\`${name}\` acts outside the hand's workspace, and runs with nobody asked`
                : `\`${name}\` acts outside the hand's workspace, and no gate says what is asked, or for how long`,
              path: ["tools", list, index],
              at: "value" as const,
              hint: `Write \`${name} = { description = "…" }\` below [approval_gates].${isUnattended ? "" : " Until then each call asks."}`,
            },
          },
        ];
      });
    }),
};
