import { afterAll, expect, test } from "vitest";
import type { EffectKill } from "./check-kill.ts";
import { checkEffectKill, checkQuestions, createHuman, pointOf } from "./check-kill.ts";
import { SCRIPT_HAND } from "./hand-folders.ts";
import { isThorough } from "./scale.ts";
import { findLastNumber, inTwoLanes, Survivors, survive, surviveEvery } from "./survive.ts";

const PATIENCE_MS = 240_000;

const survivors = new Survivors();
afterAll(() => survivors[Symbol.asyncDispose]());

/** What a script gave is what its journal has: the same reference and instant in every life. */
function readOutput(output: string): Record<string, unknown> {
  return JSON.parse(output) as Record<string, unknown>;
}

test(
  "a script hand survives kill -9 before and after its commits",
  async () => {
    const survivals = await surviveEvery("commit", SCRIPT_HAND, createHuman("happened"), survivors);
    // The claim, five calls with intent and result, the request, two waits, the end and the delivery.
    expect(findLastNumber(survivals)).toBeGreaterThanOrEqual(16);
    for (const survival of survivals) {
      checkQuestions(survival);
      const { reference } = readOutput(survival.record.execution.output);
      for (const effect of survival.effects) expect(effect.args).toEqual({ reference });
    }
  },
  PATIENCE_MS,
);

const KILLS: readonly EffectKill[] = [
  { name: "look", when: "during", answer: "skip" },
  { name: "pay", when: "before", answer: "retry" },
  { name: "pay", when: "during", answer: "happened" },
  { name: "note", when: "during", answer: "retry" },
  { name: "note", when: "after", answer: "skip" },
  { name: "save", when: "after", answer: "skip" },
];

const FURTHER_KILLS: readonly EffectKill[] = [
  { name: "look", when: "before", answer: "skip" },
  { name: "look", when: "after", answer: "skip" },
  { name: "pay", when: "before", answer: "skip" },
  { name: "pay", when: "during", answer: "retry" },
  { name: "pay", when: "during", answer: "skip" },
  { name: "pay", when: "after", answer: "happened" },
  { name: "pay", when: "after", answer: "skip" },
  { name: "note", when: "before", answer: "retry" },
  { name: "note", when: "before", answer: "skip" },
  { name: "note", when: "during", answer: "happened" },
  { name: "note", when: "during", answer: "skip" },
  { name: "note", when: "after", answer: "happened" },
  { name: "save", when: "before", answer: "skip" },
  { name: "save", when: "during", answer: "skip" },
];

test(
  "a script hand survives kill -9 before, during and after each of its effects, which are repeated only where that is safe or a human says so",
  async () => {
    const kills = isThorough ? [...KILLS, ...FURTHER_KILLS] : KILLS;
    const survivals = await inTwoLanes(kills, (kill) =>
      survive(SCRIPT_HAND, pointOf(kill), createHuman(kill.answer), survivors),
    );
    for (const [index, kill] of kills.entries()) {
      const survival = survivals[index];
      if (survival === undefined) throw new Error("a case is missing");
      checkEffectKill(kill, survival);
      const output = readOutput(survival.record.execution.output);
      if (kill.answer === "skip" && (kill.name === "pay" || kill.name === "note")) {
        expect(output[kill.name === "pay" ? "paid" : "noted"]).toEqual({ failed: "effect_unknown" });
      }
    }
  },
  PATIENCE_MS,
);
