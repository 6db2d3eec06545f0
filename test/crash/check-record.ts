import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { ApprovalRow, DeliveryRow, ExecutionRow, StepRow, Store } from "../../src/store/index.ts";
import {
  findHandState,
  listApprovals,
  listDeliveries,
  listExecutions,
  listSteps,
} from "../../src/store/index.ts";
import type { CrashCase } from "./crash-case.ts";
import { HAND } from "./hand-folders.ts";

/** Everything the store says of the one execution of a case. */
export interface CaseRecord {
  readonly execution: ExecutionRow;
  readonly steps: readonly StepRow[];
  readonly approvals: readonly ApprovalRow[];
  readonly deliveries: readonly DeliveryRow[];
  /** Types of its events, in no particular order. */
  readonly eventTypes: readonly string[];
}

/** Reads the record of a hand's only execution, and fails where there is none or more than one. */
export async function readRecord(store: Store): Promise<CaseRecord> {
  const executions = await listExecutions(store, { limit: 100 });
  expect(executions).toHaveLength(1);
  const [execution] = executions;
  if (execution === undefined) throw new Error("there is no execution");
  const events = await store.db.selectFrom("events").select("type").execute();
  return {
    execution,
    steps: await listSteps(store, execution.id),
    approvals: await listApprovals(store, { executionId: execution.id }),
    deliveries: await listDeliveries(store, execution.id),
    eventTypes: events.map(({ type }) => type),
  };
}

/** What has to be true of every case when all is over, wherever its processes were interrupted. */
export async function checkRecord(universe: CrashCase): Promise<CaseRecord> {
  const record = await checkSuccess(universe);
  checkApprovals(record);
  checkEffects(universe, record);
  return record;
}

/** One execution, which succeeded, with a record that is whole, and whose output is there once. */
export async function checkSuccess(universe: CrashCase): Promise<CaseRecord> {
  const { store } = universe.here;
  const record = await readRecord(store);
  checkEnd(record);
  checkSteps(record);
  checkOutput(universe, record);
  expect(await findHandState(store, HAND)).toMatchObject({
    status: "idle",
    run_count: 1,
    success_count: 1,
    failure_count: 0,
  });
  return record;
}

function checkEnd({ execution, steps, eventTypes }: CaseRecord): void {
  expect(execution).toMatchObject({
    status: "ended",
    outcome: "success",
    reason: null,
    error: null,
    lease_owner: null,
    lease_until: null,
    wake_at: null,
    reserved_cost_usd: 0,
  });
  const sum = (column: "input_tokens" | "output_tokens") =>
    steps.reduce((total, step) => total + step[column], 0);
  expect(execution.input_tokens).toBe(sum("input_tokens"));
  expect(execution.output_tokens).toBe(sum("output_tokens"));
  expect(execution.step_count).toBe(steps.filter((step) => step.kind !== "value").length);
  for (const type of ["execution.queued", "execution.started", "execution.succeeded"]) {
    expect(eventTypes.filter((other) => other === type)).toEqual([type]);
  }
}

function checkSteps({ steps }: CaseRecord): void {
  expect(steps.map((step) => step.step_index)).toEqual(steps.map((_, index) => index));
  for (const step of steps) expect(["done", "failed", "denied"]).toContain(step.status);
  const orders = steps.filter((step) => step.kind !== "value").map((step) => step.result_order);
  expect(new Set(orders).size).toBe(orders.length);
  expect(orders).not.toContain(null);
}

/** Asked for once, however often it was interrupted; and every question was answered. */
function checkApprovals({ approvals }: CaseRecord): void {
  const requests = approvals.filter((approval) => approval.kind === "approval");
  expect(requests.map(({ action, status }) => [action, status])).toEqual([["pay", "approved"]]);
  for (const question of approvals.filter((approval) => approval.kind === "unknown")) {
    expect(["pay", "note"]).toContain(question.action);
    expect(question.answer).not.toBeNull();
  }
}

/**
 * What happened in the world. An effect that nobody asked about happened exactly once; one that was asked about happened once more, under
 * the same key, only where the human said so.
 */
function checkEffects({ world, unapproved }: CrashCase, { execution, steps, approvals }: CaseRecord): void {
  expect(unapproved).toEqual([]);
  for (const name of ["pay", "note"]) {
    const step = steps.find((other) => other.name === name);
    if (step === undefined) continue;
    const effects = world.of(name);
    const questions = approvals.filter(({ kind, action }) => kind === "unknown" && action === name);
    const keys = new Set(effects.map((effect) => effect.key));
    if (effects.length > 0) {
      expect([...keys]).toEqual([name === "note" ? null : `${execution.id}:step:${step.step_index}`]);
    }
    const retries = questions.filter(({ answer }) => answer === "retry").length;
    if (questions.length === 0) expect(effects).toHaveLength(1);
    else {
      expect(effects.length).toBeGreaterThanOrEqual(retries);
      expect(effects.length).toBeLessThanOrEqual(1 + retries);
    }
  }
  for (const name of ["look", "save"]) {
    const step = steps.find((other) => other.name === name);
    if (step === undefined) continue;
    expect(new Set(world.of(name).map((effect) => effect.key))).toEqual(
      new Set([`${execution.id}:step:${step.step_index}`]),
    );
  }
}

/** One delivery, one file, whole, with the execution's output; nothing else in the folder. */
function checkOutput({ place }: CrashCase, { execution, deliveries }: CaseRecord): void {
  expect(deliveries.map(({ status }) => status)).toEqual(["delivered"]);
  const file = deliveries[0]?.result ?? "";
  expect(readdirSync(path.join(place.dir, "out"))).toEqual([path.basename(file)]);
  expect(readFileSync(file, "utf8")).toBe(execution.output);
  expect(JSON.parse(execution.files_generated_json)).toEqual([file]);
}
