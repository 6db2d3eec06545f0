import { afterAll, expect, test } from "vitest";
import type { EffectKill } from "./check-kill.ts";
import { checkEffectKill, checkQuestions, createHuman, pointOf } from "./check-kill.ts";
import { MODEL_HAND } from "./hand-folders.ts";
import type { InterruptionPoint } from "./interruption.ts";
import { describePoint } from "./interruption.ts";
import { isThorough } from "./scale.ts";
import type { Survival } from "./survive.ts";
import { findLastNumber, inTwoLanes, Survivors, survive, surviveEvery } from "./survive.ts";

const PATIENCE_MS = 240_000;

const survivors = new Survivors();
afterAll(() => survivors[Symbol.asyncDispose]());

/**
 * The model was asked twice, and a third time only where the dead process had asked and not written the answer down. It never saw a call
 * of its own without a result.
 */
function checkQuestionsToModel({ point, left, record, modelRequests }: Survival): void {
  const answered = left.filter((step) => step.kind === "model" && step.status === "done").length;
  const replies = record.steps.filter((step) => step.kind === "model");
  expect(replies.map((step) => step.status)).toEqual(["done", "done"]);
  const askedInVain = modelRequests.length - replies.length;
  expect(askedInVain, describePoint(point)).toBeGreaterThanOrEqual(0);
  expect(askedInVain, describePoint(point)).toBeLessThanOrEqual(answered === replies.length ? 0 : 1);
  for (const { body } of modelRequests) {
    const calls = body.messages.flatMap((message) => message.tool_calls ?? []).map((call) => call.id);
    const results = body.messages.filter((message) => message.role === "tool");
    expect(results.map((message) => message.tool_call_id)).toEqual(calls);
  }
}

test(
  "a model hand survives kill -9 before and after its commits",
  async () => {
    const survivals = await surviveEvery("commit", MODEL_HAND, createHuman("happened"), survivors);
    // The fire, the claim, two replies, two results and an intent, the park, the end and the delivery.
    expect(findLastNumber(survivals)).toBeGreaterThanOrEqual(7);
    for (const survival of survivals) {
      checkQuestions(survival);
      checkQuestionsToModel(survival);
    }
  },
  PATIENCE_MS,
);

const KILLS: readonly EffectKill[] = [
  { name: "pay", when: "during", answer: "happened" },
  { name: "pay", when: "after", answer: "skip" },
  { name: "save", when: "during", answer: "skip" },
];

const FURTHER_KILLS: readonly EffectKill[] = [
  { name: "pay", when: "before", answer: "retry" },
  { name: "pay", when: "before", answer: "skip" },
  { name: "pay", when: "during", answer: "retry" },
  { name: "pay", when: "after", answer: "happened" },
  { name: "save", when: "before", answer: "skip" },
  { name: "save", when: "after", answer: "skip" },
];

test(
  "a model hand survives kill -9 before, during and after each of its effects",
  async () => {
    const kills = isThorough ? [...KILLS, ...FURTHER_KILLS] : KILLS;
    const survivals = await inTwoLanes(kills, (kill) =>
      survive(MODEL_HAND, pointOf(kill), createHuman(kill.answer), survivors),
    );
    for (const [index, kill] of kills.entries()) {
      const survival = survivals[index];
      if (survival === undefined) throw new Error("a case is missing");
      checkEffectKill(kill, survival);
      checkQuestionsToModel(survival);
    }
  },
  PATIENCE_MS,
);

const MODEL_POINTS: readonly InterruptionPoint[] = [
  { kind: "model", number: 1, when: "answering" },
  { kind: "model", number: 2, when: "asked" },
];

const FURTHER_MODEL_POINTS: readonly InterruptionPoint[] = [
  { kind: "model", number: 1, when: "asked" },
  { kind: "model", number: 2, when: "answering" },
];

test(
  "a model hand survives kill -9 while the model is asked, and asks that once again",
  async () => {
    const points = isThorough ? [...MODEL_POINTS, ...FURTHER_MODEL_POINTS] : MODEL_POINTS;
    const survivals = await inTwoLanes(points, (point) =>
      survive(MODEL_HAND, point, createHuman("happened"), survivors),
    );
    for (const survival of survivals) {
      expect(survival.wasKilled).toBe(true);
      expect(survival.modelRequests).toHaveLength(3);
      checkQuestions(survival);
      checkQuestionsToModel(survival);
    }
  },
  PATIENCE_MS,
);
