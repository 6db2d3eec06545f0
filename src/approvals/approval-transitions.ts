import type { ApprovalKind, ApprovalStatus } from "../store/index.ts";

/** How a request can end. */
export type ResolvedStatus = Exclude<ApprovalStatus, "pending">;

/** From where a request may go where: it is resolved once, and stays so. */
export const APPROVAL_TRANSITIONS: Readonly<Record<ApprovalStatus, readonly ResolvedStatus[]>> = {
  pending: ["approved", "rejected", "expired", "auto_approved", "cancelled"],
  approved: [],
  rejected: [],
  expired: [],
  auto_approved: [],
  cancelled: [],
};

/** How each kind may end: whether an effect happened is answered by a human or not at all. */
const RESOLUTIONS: Readonly<Record<ApprovalKind, readonly ResolvedStatus[]>> = {
  approval: APPROVAL_TRANSITIONS.pending,
  unknown: ["approved", "rejected", "cancelled"],
};

/** Does this status let the call happen? */
export function isGranted(status: ApprovalStatus): boolean {
  return status === "approved" || status === "auto_approved";
}

/** May a request of this kind go from the one status to the other? */
export function mayResolve(kind: ApprovalKind, from: ApprovalStatus, to: ResolvedStatus): boolean {
  return APPROVAL_TRANSITIONS[from].includes(to) && RESOLUTIONS[kind].includes(to);
}
