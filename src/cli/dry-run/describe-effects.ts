import type { JsonObject, JsonValue } from "../../core/index.ts";
import type { ApprovalRow, DeliveryRow, StepRow } from "../../store/index.ts";
import type { DryEffect } from "./types.ts";

/** Everything that the journal of a dry run says would have been done, with what the gates said of it. */
export function describeEffects(
  steps: readonly StepRow[],
  requests: readonly ApprovalRow[],
  deliveries: readonly DeliveryRow[],
): readonly DryEffect[] {
  const requestOf = new Map(requests.map((request) => [request.step_index, request]));
  const effects = steps.flatMap((step): DryEffect[] => {
    const request = requestOf.get(step.step_index);
    const isCall = step.kind === "tool" && step.effect !== null && step.effect !== "read";
    if (!isCall && request === undefined && step.kind !== "delivery" && step.status !== "denied") return [];
    return [describeStep(step, request)];
  });
  // One that was asked about is a step already.
  const asked = new Set(steps.flatMap((step) => (step.kind === "delivery" ? [step.name] : [])));
  const unasked = deliveries.filter(({ channel }) => !asked.has(channel)).map(describeDelivery);
  return [...effects, ...unasked];
}

function describeStep(step: StepRow, request: ApprovalRow | undefined): DryEffect {
  const base = {
    kind: step.kind === "delivery" ? "delivery" : step.kind === "tool" ? "call" : "action",
    name: step.name,
    effect: step.effect,
    args: readJson(request?.args_json ?? step.args_json),
  } as const;
  const silent = { gate: null, autoApproveAfter: null, expiresAfter: null };
  if (step.status === "denied") {
    const error = readJson(step.error_json) as { readonly message?: string } | null;
    return { ...base, ...silent, decision: "refused", description: error?.message ?? null };
  }
  if (request === undefined) return { ...base, ...silent, decision: "unasked", description: null };
  const gates = JSON.parse(request.gates_json) as readonly string[];
  return {
    ...base,
    decision: "asks",
    gate: gates.length === 0 ? null : gates.join("+"),
    description: request.description,
    autoApproveAfter: toSeconds(request.auto_approve_after_ms),
    expiresAfter: toSeconds(request.expires_at === null ? null : request.expires_at - request.created_at),
  };
}

function describeDelivery({ channel, destination, format, payload }: DeliveryRow): DryEffect {
  const args: JsonObject = { channel, destination, format, payload };
  return {
    kind: "delivery",
    name: channel,
    effect: null,
    args,
    decision: "unasked",
    gate: null,
    description: null,
    autoApproveAfter: null,
    expiresAfter: null,
  };
}

function readJson(text: string | null): JsonValue {
  return text === null ? null : (JSON.parse(text) as JsonValue);
}

function toSeconds(durationMs: number | null): number | null {
  return durationMs === null ? null : Math.round(durationMs / 1000);
}
