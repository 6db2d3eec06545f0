import type { OperatorPolicy, PolicyQuestion } from "../../src/approvals/index.ts";
import { compileGates } from "../../src/approvals/index.ts";
import type { ApprovalGate } from "../../src/manifest/index.ts";
import { compileWhen } from "../../src/manifest/index.ts";

/** A gate with nothing but a key. */
export function makeGate(gate: Partial<ApprovalGate> & { readonly key: string }): ApprovalGate {
  return {
    action: gate.key,
    description: `about ${gate.key}`,
    tools: [],
    when: null,
    autoApproveAfter: null,
    expiresAfter: null,
    ...gate,
  };
}

export const openOperator: OperatorPolicy = { deny: [], allowsAutoApprove: true, approvers: [] };

/** A question about a destructive tool `pay_invoice` that declares the action `send_payment`, with everything else empty. */
export function makeQuestion(
  parts: Partial<Omit<PolicyQuestion, "tool" | "gates" | "operator">> & {
    readonly tool?: Partial<PolicyQuestion["tool"]>;
    readonly gates?: readonly ApprovalGate[];
    readonly operator?: Partial<OperatorPolicy>;
  } = {},
): PolicyQuestion {
  return {
    args: {},
    parameters: {},
    unattended: [],
    ...parts,
    tool: {
      name: "pay_invoice",
      action: "send_payment",
      effect: "destructive",
      confinedTo: null,
      origin: "hand",
      ...parts.tool,
    },
    gates: compileGates(parts.gates ?? [], compileWhen),
    operator: { ...openOperator, ...parts.operator },
  };
}
