import { useMutation, useQueryClient } from "@tanstack/react-query";
import { approvalQuery } from "./queries.ts";
import { change } from "./request.ts";
import type { Approval, Decision, Json, JsonMembers } from "./types.ts";

/** How long an approval holds beyond this one call. */
export interface Remember {
  readonly scope: "execution" | "hand";
  /** ISO 8601; for the scope `hand`. */
  readonly until?: string;
  /** `exact`: the very same arguments. A list: these stay as they are, every other may be anything. */
  readonly args: "exact" | readonly string[];
}

export type DecisionRequest =
  | {
      readonly kind: "approve";
      readonly args?: JsonMembers;
      readonly note?: string;
      readonly remember?: Remember;
    }
  | { readonly kind: "reject"; readonly note: string }
  | {
      readonly kind: "answer";
      readonly answer: "happened" | "retry" | "skip";
      readonly result?: Json;
      readonly note?: string;
    };

/** Sends a decision about what the person was shown: the hash of the arguments goes with it. Throws `ApiFailure`. */
export function sendDecision(approval: Approval, request: DecisionRequest): Promise<Decision> {
  const { kind, ...body } = request;
  const shown =
    kind === "answer" || approval.argsHash === null ? {} : { expectedArgsHash: approval.argsHash };
  return change<Decision>("POST", `/api/approvals/${encodeURIComponent(approval.id)}/${kind}`, {
    ...shown,
    ...body,
  } as Json);
}

/** Decides one request, and shows the answer at once. */
export function useDecide(approval: Approval) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (request: DecisionRequest) => sendDecision(approval, request),
    onSuccess: (decision) => {
      client.setQueryData(approvalQuery(approval.id).queryKey, (before) =>
        before === undefined ? before : { ...before, ...decision.approval },
      );
    },
    // Whether it won or lost, what is true now is read again.
    onSettled: () =>
      Promise.all(
        [["approvals"], ["approval", approval.id], ["overview"], ["rules"]].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
