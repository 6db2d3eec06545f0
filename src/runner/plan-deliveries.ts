import { dirname, join, resolve } from "node:path";
import { decideDelivery } from "../approvals/index.ts";
import { FILE_CHANNEL } from "../channels/index.ts";
import type { JsonObject } from "../core/index.ts";
import { hashJson, isInside } from "../core/index.ts";
import type { StepRow, StoreTransaction } from "../store/index.ts";
import { insertSteps, updateStep } from "../store/index.ts";
import { askApproval } from "./ask-approval.ts";
import type { PlannedDelivery } from "./end-execution.ts";
import type { RunContext } from "./run-context.ts";

/** What is to be delivered once the execution ends, or the sign that a human has to allow some of it first. */
export type DeliveryPlan =
  | { readonly kind: "ready"; readonly deliveries: readonly PlannedDelivery[] }
  | { readonly kind: "blocked" };

/**
 * Where an output goes: the file drop and the channels of the manifest. A delivery that a gate covers becomes a step that waits for its
 * approval, bound to the rendered text and the resolved destination. What cannot be resolved is planned all the same, and fails visibly.
 */
export async function planDeliveries(run: RunContext, payload: string): Promise<DeliveryPlan> {
  if (payload === "") return { kind: "ready", deliveries: [] };
  const { output } = run.version.config;
  const wanted: PlannedDelivery[] = [];
  if (output.fileDrop !== null) {
    const folder = resolve(run.parts.projectDir, output.fileDrop);
    const destination = mayDropInto(run, folder) ? folder : "";
    wanted.push({ channel: FILE_CHANNEL, destination, format: output.format, payload });
  }
  for (const channel of output.channel) {
    const destination = run.parts.channels.find(channel)?.destination ?? "";
    wanted.push({ channel, destination, format: output.format, payload });
  }
  const deliveries: PlannedDelivery[] = [];
  let isBlocked = false;
  for (const delivery of wanted) {
    const verdict = await judgeDelivery(run, delivery);
    if (verdict.kind === "deliver") deliveries.push(verdict.delivery);
    if (verdict.kind === "waiting") isBlocked = true;
  }
  return isBlocked ? { kind: "blocked" } : { kind: "ready", deliveries };
}

/** Inside the project, and never where a file would become part of a hand, or where one could put a link that leads elsewhere. */
function mayDropInto(run: RunContext, folder: string): boolean {
  const { projectDir, dataDir } = run.parts;
  const ofHands = [dirname(run.today.handDir), join(dataDir, "versions"), join(dataDir, "workspaces")];
  return isInside(projectDir, folder) && !ofHands.some((hands) => isInside(hands, folder));
}

type DeliveryVerdict =
  | { readonly kind: "deliver"; readonly delivery: PlannedDelivery }
  | { readonly kind: "waiting" }
  | { readonly kind: "denied" };

async function judgeDelivery(run: RunContext, delivery: PlannedDelivery): Promise<DeliveryVerdict> {
  const { channel, destination, format, payload } = delivery;
  const args: JsonObject = { channel, destination, format, payload };
  const decision = decideDelivery({
    ...delivery,
    parameters: run.parameters,
    gates: run.gates,
    operator: run.parts.policy,
  });
  // What was asked about and approved is sent as it was approved, wherever the channel's settings point today.
  const known = run.journal.steps.find((step) => step.kind === "delivery" && step.name === channel);
  if (known?.status === "approved" && decision.kind === "refuse") {
    await run.journal.settle(known, ["approved"], refusal(decision.rule));
    return { kind: "denied" };
  }
  if (known !== undefined) return await readVerdict(run, known);
  if (decision.kind === "deliver") return { kind: "deliver", delivery };
  const index = run.journal.takeIndex();
  const [step] = await run.journal.commit(true, async (transaction) => {
    const [inserted] = await insertSteps(transaction, [
      {
        execution_id: run.row.id,
        step_index: index,
        kind: "delivery",
        name: channel,
        effect: "destructive",
        args_json: JSON.stringify(args),
        args_hash: hashJson(args),
        started_at: transaction.nowMs,
        ...(decision.kind === "ask"
          ? { status: "awaiting" as const }
          : { ...refusal(decision.rule), result_order: run.journal.takeResultOrder() }),
      },
    ]);
    if (inserted === undefined) return [];
    // Kept with the first request: what the brain came to is not asked of it again.
    await transaction.db
      .updateTable("hand_executions")
      .set({ output: payload })
      .where("id", "=", run.row.id)
      .execute();
    return decision.kind === "ask"
      ? [await askAboutDelivery(run, transaction, inserted, decision, args)]
      : [inserted];
  });
  return step === undefined ? { kind: "waiting" } : await readVerdict(run, step);
}

function refusal(rule: string) {
  const error = { code: "denied", message: `an operator's rule forbids it (deny = ${JSON.stringify(rule)})` };
  return { status: "denied" as const, error_json: JSON.stringify(error) };
}

async function askAboutDelivery(
  run: RunContext,
  transaction: StoreTransaction,
  step: StepRow,
  decision: Extract<ReturnType<typeof decideDelivery>, { kind: "ask" }>,
  args: JsonObject,
): Promise<StepRow> {
  const approval = await askApproval(run, transaction, {
    handName: run.row.hand_name,
    executionId: run.row.id,
    stepIndex: step.step_index,
    tool: null,
    effect: "destructive",
    args,
    argsHash: hashJson(args),
    files: [],
    versionHash: run.version.hash,
    toolVersion: null,
    todayVersionHash: run.todayHash,
    gates: decision.gates,
    action: decision.action,
    description: decision.description,
    context: { trigger: run.row.trigger },
    autoApproveAfterMs: decision.autoApproveAfterMs,
    expiresAfterMs: decision.expiresAfterMs,
  });
  const status = approval.status === "pending" ? "awaiting" : "approved";
  return (await updateStep(transaction, step, ["awaiting"], { approval_id: approval.id, status })) ?? step;
}

async function readVerdict(run: RunContext, step: StepRow): Promise<DeliveryVerdict> {
  if (step.status === "awaiting") return { kind: "waiting" };
  if (step.status === "approved") {
    await run.journal.settle(step, ["approved"], {
      status: "done",
      result_json: JSON.stringify({ allowed: true }),
    });
  }
  if (step.status !== "approved" && step.status !== "done") return { kind: "denied" };
  return { kind: "deliver", delivery: JSON.parse(step.args_json ?? "{}") as PlannedDelivery };
}
