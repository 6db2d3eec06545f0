import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { expect } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import { fc } from "../support/properties.ts";

/** What takes outside input, and inputs for it that nobody thought of. */
export interface FuzzTarget<Input = never> {
  readonly name: string;
  readonly inputs: fc.Arbitrary<Input>;
  /** How many inputs `npm test` gives it. */
  readonly count: number;
  /** Makes what is tried; its check throws for an input that is not dealt with as it should be. */
  open(): Promise<(input: Input) => void | Promise<void>>;
}

/** Keeps the type of a target's inputs to itself. */
export type AnyFuzzTarget = Omit<FuzzTarget, "inputs" | "open"> & {
  readonly run: (seed: number, inputCount: number) => Promise<void>;
};

const LARGEST_ANSWER = 5_000_000;
const LONGEST_MS = 20_000;

/** A target, ready to be tried: first with what once failed, `corpus/NAME.json`, then with what the seed gives. */
export function defineTarget<Input>(target: FuzzTarget<Input>): AnyFuzzTarget {
  const { name, count } = target;
  return {
    name,
    count,
    async run(seed, inputCount) {
      const check = await target.open();
      for (const input of readCorpus(name)) await check(input as Input);
      await fc.assert(
        fc.asyncProperty(target.inputs, async (input) => {
          await check(input);
          expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
        }),
        { seed, numRuns: inputCount },
      );
    },
  };
}

function readCorpus(name: string): readonly unknown[] {
  const file = fileURLToPath(new URL(`corpus/${name}.json`, import.meta.url));
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as readonly unknown[]) : [];
}

/** Runs work of this thread and ends it where it never would. */
export function inTime<T>(work: () => T): T {
  return runInNewContext("work()", { work }, { timeout: LONGEST_MS }) as T;
}

/** Is it what a stranger may be shown: of bounded size, and without a stack? */
export function assertFit(text: string): void {
  expect(text.length).toBeLessThan(LARGEST_ANSWER);
  expect(text).not.toMatch(/\n\s+at .+:\d+:\d+|node_modules|node:internal/);
}

/** The work's result; undefined for an error that is ours and says something, as long as it is not about the program itself. */
export async function orRefused<T>(work: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HandsError) || error.code === "internal") throw error;
    assertFit(JSON.stringify(error));
    expect(error.message).not.toBe("");
    return undefined;
  }
}
