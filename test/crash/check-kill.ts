import { expect } from "vitest";
import type { UnknownAnswer } from "../../src/store/index.ts";
import type { Human } from "./crash-case.ts";
import type { InterruptionPoint } from "./interruption.ts";
import { describePoint } from "./interruption.ts";
import type { Survival } from "./survive.ts";

/** Effects that may not simply be repeated. */
const UNREPEATABLE = ["pay", "note"];

/** A kill right at an effect, and what the human says where it is asked about. */
export interface EffectKill {
  readonly name: string;
  readonly when: "before" | "during" | "after";
  readonly answer: UnknownAnswer;
}

/** Decides when the execution has parked, and gives this answer to every question. */
export function createHuman(answer: UnknownAnswer): Human {
  return { answer: () => answer };
}

export function pointOf({ name, when }: EffectKill): InterruptionPoint {
  return { kind: "effect", name, when };
}

/** A human was asked about exactly what the dead process had begun and not finished, and could not simply be repeated. */
export function checkQuestions({ point, left, record }: Survival): void {
  const begun = left
    .filter((step) => step.status === "executing" && UNREPEATABLE.includes(step.name))
    .map((step) => step.name);
  const asked = record.approvals.filter(({ kind }) => kind === "unknown").map(({ action }) => action);
  expect(asked, describePoint(point)).toEqual(begun);
}

/** The effect was repeated, or asked about and treated as the human said. */
export function checkEffectKill(kill: EffectKill, survival: Survival): void {
  const { name, when, answer } = kill;
  const what = `${name} ${when} ${answer}`;
  expect(survival.wasKilled, what).toBe(true);
  checkQuestions(survival);
  const count = survival.effects.filter((effect) => effect.name === name).length;
  const happened = when === "before" ? 0 : 1;
  const step = survival.record.steps.find((other) => other.name === name);
  if (!UNREPEATABLE.includes(name)) {
    expect(step, what).toMatchObject({ status: "done", attempt: 2 });
    expect(count, what).toBe(happened + 1);
    return;
  }
  const question = survival.record.approvals.find(({ kind }) => kind === "unknown");
  expect(question, what).toMatchObject({ action: name, answer, resolved_by: "ann" });
  expect(count, what).toBe(happened + (answer === "retry" ? 1 : 0));
  expect(step, what).toMatchObject({
    status: answer === "skip" ? "denied" : "done",
    attempt: answer === "retry" ? 2 : 1,
    approval_id: question?.id,
  });
  if (answer === "happened") expect(step?.result_json, what).toBe('{"done":"as ann saw"}');
  if (answer === "skip") expect(step?.error_json, what).toContain("effect_unknown");
}
