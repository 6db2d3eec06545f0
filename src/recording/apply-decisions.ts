import type { JsonObject } from "../core/index.ts";
import type { HandRunner } from "../runner/index.ts";
import type { ApprovalRow, Store } from "../store/index.ts";
import { listPendingApprovals } from "../store/index.ts";
import { isSame } from "./create-recording.ts";
import type { ReplayClock } from "./replay-clock.ts";
import type { RecordedRequest, Recording } from "./types.ts";

/** Decides what waits as it was decided when it was recorded, by whom and with which note. Gives whether anything was. */
export async function applyDecisions(
  runner: HandRunner,
  parts: { readonly store: Store; readonly clock: ReplayClock; readonly recording: Recording },
): Promise<boolean> {
  const { store, clock, recording } = parts;
  const pending = await listPendingApprovals(store, clock.now(), { executionId: recording.executionId });
  let isDecided = false;
  // The oldest first, as a human answers them.
  for (const approval of pending.toReversed()) {
    const request = findRequest(recording, approval);
    if (request === null) continue;
    const decided = {
      approvalId: approval.id,
      by: request.by ?? "runtime",
      via: request.via ?? "runtime",
      note: request.note,
    };
    switch (request.status) {
      case "approved":
      case "auto_approved": {
        const args = request.editedArgs as JsonObject | null;
        await runner.decide({
          ...decided,
          decision: { kind: "approve", ...(args === null ? {} : { args }) },
        });
        isDecided = true;
        break;
      }
      case "rejected":
        await runner.decide({ ...decided, decision: { kind: "reject" } });
        isDecided = true;
        break;
      case "expired":
        // A decision that comes too late finds it expired.
        clock.skipTo((approval.expires_at ?? clock.now()) + 1);
        await runner.decide({ ...decided, decision: { kind: "reject" } });
        isDecided = true;
        break;
      default:
    }
  }
  return isDecided;
}

/** The request about the same step with the same arguments, if there was one. */
function findRequest(recording: Recording, approval: ApprovalRow): RecordedRequest | null {
  if (approval.kind !== "approval") return null;
  const step = recording.steps.find(({ index }) => index === approval.step_index);
  if (step === undefined || step.kind === "value" || step.kind === "model" || step.request === null)
    return null;
  if (step.kind === "delivery") return step.request;
  const args = approval.args_json === null ? null : JSON.parse(approval.args_json);
  return step.request.action === approval.action && isSame(step.args, args) ? step.request : null;
}
