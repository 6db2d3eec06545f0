import type { DecisionRequest } from "../../api/decisions.ts";
import type { ApprovalDetail } from "../../api/types.ts";

/** What every dialog that decides is given. */
export interface DecisionDialogProps {
  readonly approval: ApprovalDetail;
  readonly onClose: () => void;
  readonly onSend: (request: DecisionRequest) => void;
  readonly isBusy: boolean;
  /** Why the last attempt failed. */
  readonly error: unknown;
}
