import { expect } from "vitest";
import type { ChaosRecord } from "./chaos.ts";

const UNREPEATABLE = new Set(["pay", "note"]);
const SECOND_MS = 1000;

/** What has to be true when all is over, whatever was done to the machines. */
export async function checkChaos(record: ChaosRecord): Promise<void> {
  const { db } = record.observer.store;
  const executions = await db.selectFrom("hand_executions").selectAll().execute();
  const steps = await db.selectFrom("execution_steps").selectAll().execute();
  const approvals = await db.selectFrom("approval_queue").selectAll().execute();
  const states = await db.selectFrom("hand_states").selectAll().execute();
  const events = await db
    .selectFrom("events")
    .select(["execution_id", "type"])
    .where("type", "in", [
      "execution.succeeded",
      "execution.failed",
      "execution.cancelled",
      "execution.skipped",
    ])
    .execute();

  expect(record.faults, record.stderr).toEqual([]);

  // Nothing waits for ever.
  const open = executions.filter(({ status }) => status !== "ended");
  expect(open.map(({ id, status, reason }) => [id, status, reason])).toEqual([]);
  expect(record.settledMs).not.toBeNull();
  expect(approvals.filter(({ status }) => status === "pending")).toEqual([]);
  const ran = executions.filter(({ outcome }) => outcome === "success");
  expect(ran.length).toBeGreaterThan(0);

  // Each due fire has exactly one row, to the last.
  expect(states).toHaveLength(record.handCount);
  for (const { hand_name } of states) {
    const fires = executions
      .filter((row) => row.hand_name === hand_name)
      .flatMap(({ scheduled_for, coalesced_json }) => {
        if (scheduled_for === null) return [];
        const { count = 1 } = JSON.parse(coalesced_json ?? "{}") as { count?: number };
        return Array.from({ length: count }, (_, index) => scheduled_for + index * SECOND_MS);
      })
      .toSorted((left, right) => left - right);
    const [first = 0] = fires;
    expect(fires).toEqual(fires.map((_, index) => first + index * SECOND_MS));
    expect(record.endAt - (fires.at(-1) ?? 0), hand_name).toBeLessThanOrEqual(SECOND_MS);
  }

  // Each execution ended once, and counted once: nobody wrote over the work of another.
  const ends = new Map<string, number>();
  for (const { execution_id } of events)
    ends.set(execution_id ?? "", (ends.get(execution_id ?? "") ?? 0) + 1);
  expect(executions.filter(({ id }) => ends.get(id) !== 1).map(({ id }) => [id, ends.get(id)])).toEqual([]);
  for (const state of states) {
    const own = executions.filter((row) => row.hand_name === state.hand_name && row.outcome !== "skipped");
    expect([state.hand_name, state.run_count]).toEqual([state.hand_name, own.length]);
    expect(state.success_count).toBe(own.filter(({ outcome }) => outcome === "success").length);
  }
  const isEnded = (status: string) => ["done", "failed", "denied", "unknown"].includes(status);
  expect(steps.filter(({ status }) => !isEnded(status))).toEqual([]);

  // No gated effect without its approval, none that cannot be repeated twice without a human's word.
  const keys = Map.groupBy(record.effects, ({ key }) => key);
  for (const [key, effects] of keys) {
    const [{ name } = { name: "" }] = effects;
    const [executionId, , index] = key.split(":");
    const asked = approvals.filter(
      ({ execution_id, step_index }) => execution_id === executionId && String(step_index) === index,
    );
    const what = `${name} ${key}`;
    if (name === "pay") {
      const granted = asked.filter(({ kind, status }) => kind === "approval" && status === "approved");
      expect(granted, what).toHaveLength(1);
    }
    if (UNREPEATABLE.has(name)) {
      const retries = asked.filter(({ answer }) => answer === "retry").length;
      expect(effects.length, what).toBeLessThanOrEqual(1 + retries);
    }
  }
  // What is recorded as done really happened.
  for (const step of steps) {
    if (step.kind !== "tool" || step.status !== "done" || step.result_json !== '{"ok":true}') continue;
    const key = `${step.execution_id}:step:${step.step_index}`;
    expect(keys.get(key)?.length ?? 0, `${step.name} ${key}`).toBeGreaterThan(0);
  }
}

/** The figures of a run, for people. */
export async function describeChaos({ observer, effects, disturbances, settledMs, ends }: ChaosRecord) {
  const rows = await observer.store.db
    .selectFrom("hand_executions")
    .select(["outcome", "error_code"])
    .select((builder) => builder.fn.countAll<number>().as("count"))
    .groupBy(["outcome", "error_code"])
    .execute();
  const questions = await observer.store.db
    .selectFrom("approval_queue")
    .select(["kind", "status"])
    .select((builder) => builder.fn.countAll<number>().as("count"))
    .groupBy(["kind", "status"])
    .execute();
  return { rows, questions, effectCount: effects.length, disturbances, settledMs, ends };
}
