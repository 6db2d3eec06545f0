import type { StepRow } from "../../src/store/index.ts";
import { listExecutions, listSteps } from "../../src/store/index.ts";
import type { CaseRecord } from "./check-record.ts";
import { checkRecord } from "./check-record.ts";
import { CrashChild } from "./child-process.ts";
import type { CrashCase, Human } from "./crash-case.ts";
import { openCrashCase } from "./crash-case.ts";
import type { HandFolder } from "./hand-folders.ts";
import type { InterruptionPoint } from "./interruption.ts";
import { describePoint } from "./interruption.ts";
import { isThorough } from "./scale.ts";

/** What came of one kill. */
export interface Survival {
  readonly point: InterruptionPoint;
  /** False where the point was never reached, and the process finished. */
  readonly wasKilled: boolean;
  /** What the process was at when it was killed; null where it did not say. */
  readonly killedAt: string | null;
  /** The journal that the dead process left. */
  readonly left: readonly StepRow[];
  readonly record: CaseRecord;
  readonly effects: CrashCase["world"]["effects"];
  readonly modelRequests: CrashCase["model"]["requests"];
}

/** Throws where a case that is over is not as it has to be; gives its record. */
type Check = (universe: CrashCase) => Promise<CaseRecord>;

/** The processes that take over from those that were killed; each works on one case after another. */
export class Survivors implements AsyncDisposable {
  readonly #all: CrashChild[] = [];
  readonly #idle: CrashChild[] = [];
  #isOver = false;

  async lend<T>(work: (child: CrashChild) => Promise<T>): Promise<T> {
    if (this.#isOver) throw new Error("the tests are over");
    let child = this.#idle.pop();
    if (child === undefined) {
      child = new CrashChild();
      this.#all.push(child);
    }
    const result = await work(child);
    this.#idle.push(child);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#all.map((child) => child.end()));
  }
}

/**
 * Kills a process for real at the point, lets its leases pass, and lets another process bring the case to its end, while humans decide from
 * a third one. Throws where anything is not as it has to be.
 */
export async function survive(
  folder: HandFolder,
  point: InterruptionPoint,
  human: Human,
  survivors: Survivors,
  check: Check = checkRecord,
): Promise<Survival> {
  await using universe = await openCrashCase(folder, human);
  const victim = new CrashChild();
  const stopDeciding = universe.keepDeciding();
  try {
    await universe.start(victim, { interruption: { point, signal: "SIGKILL" } });
    const { kind } = await victim.outcome();
    const left = await readJournal(universe);
    if (kind === "died") {
      universe.passLeases();
      await survivors.lend((survivor) => finish(universe, survivor));
    }
    return {
      point,
      wasKilled: kind === "died",
      killedAt: victim.interruptedAt,
      left,
      record: await check(universe),
      effects: [...universe.world.effects],
      modelRequests: [...universe.model.requests],
    };
  } catch (error) {
    const place = `${describePoint(point)} (${victim.interruptedAt ?? "in a tool"})`;
    throw new Error(`killed at ${place}: ${String(error)}`, { cause: error });
  } finally {
    await stopDeciding();
    await victim.end();
  }
}

async function readJournal({ here }: CrashCase): Promise<readonly StepRow[]> {
  const [execution] = await listExecutions(here.store, { limit: 1 });
  return execution === undefined ? [] : await listSteps(here.store, execution.id);
}

/** Lets a process bring a case to its end. */
export async function finish(universe: CrashCase, child: CrashChild): Promise<void> {
  await universe.start(child);
  const { kind } = await child.outcome();
  if (kind !== "finished") throw new Error(`the survivor ${kind}`);
}

/** Works through all, two at a time. Gives the results in order. */
export async function inTwoLanes<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < all.length; index = next++) {
      results[index] = await work(all[index] as T);
    }
  };
  await Promise.all([lane(), lane()]);
  return results;
}

/**
 * Kills before and after the first commit (or change of a file), the second one, and so on, until a process finishes. Two at a time. Where
 * it is not to be thorough, only at every third commit, at times before and at times after it: what is left before one is mostly what the
 * one before it left.
 */
export async function surviveEvery(
  kind: "commit" | "file",
  folder: HandFolder,
  human: Human,
  survivors: Survivors,
  check?: Check,
): Promise<readonly Survival[]> {
  const points = listPoints(kind);
  const survivals: Survival[] = [];
  let isAtEnd = false;
  const lane = async () => {
    while (!isAtEnd) {
      const survival = await survive(folder, points.next().value, human, survivors, check);
      if (survival.wasKilled) survivals.push(survival);
      else isAtEnd = true;
    }
  };
  await Promise.all([lane(), lane()]);
  return survivals;
}

function* listPoints(kind: "commit" | "file"): Generator<InterruptionPoint, never> {
  // Files are changed a few times only.
  const isEach = isThorough || kind === "file";
  for (let number = 1; ; number += isEach ? 1 : 3) {
    if (isEach || number % 2 === 0) yield { kind, number, when: "before" };
    if (isEach || number % 2 === 1) yield { kind, number, when: "after" };
  }
}

/** The number of the last commit, or change of a file, at which a process was killed. */
export function findLastNumber(survivals: readonly Survival[]): number {
  return Math.max(...survivals.map(({ point }) => ("number" in point ? point.number : 0)));
}
