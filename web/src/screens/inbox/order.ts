import type { Approval } from "../../api/types.ts";

/** An approval that a wrong key must not give: what it lets happen cannot be undone, or is not known. */
export function isDangerous(approval: Pick<Approval, "effect" | "kind">): boolean {
  return approval.kind === "unknown" || approval.effect === "destructive" || approval.effect === null;
}

const risk = (approval: Approval): number => {
  if (approval.kind === "unknown") return 3;
  if (approval.effect === "destructive") return 2;
  if (approval.effect === null) return 1;
  return 0;
};

/** By risk, then by age: the most dangerous first, the oldest first among equals. */
export function inOrder(approvals: readonly Approval[]): readonly Approval[] {
  return approvals.toSorted(
    (a, b) => risk(b) - risk(a) || a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id),
  );
}

export interface ApprovalGroup {
  readonly key: string;
  readonly handName: string;
  readonly action: string;
  readonly approvals: readonly Approval[];
}

/** Requests of one hand for one action, together; groups stand where their first request stands. */
export function inGroups(approvals: readonly Approval[]): readonly ApprovalGroup[] {
  const groups = Map.groupBy(
    inOrder(approvals),
    ({ handName, action, kind, tool }) => `${handName} ${kind} ${action} ${tool ?? ""}`,
  );
  return [...groups].map(([key, members]) => ({
    key,
    handName: members[0]?.handName ?? "",
    action: members[0]?.action ?? "",
    approvals: members,
  }));
}
