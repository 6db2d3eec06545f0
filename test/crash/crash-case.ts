import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemClock } from "../../src/core/index.ts";
import type { ApprovalRow, Store, UnknownAnswer } from "../../src/store/index.ts";
import { findExecution, listApprovals } from "../../src/store/index.ts";
import type { ModelServer } from "../support/model-server.ts";
import { startModelServer } from "../support/model-server.ts";
import type { CrashChild } from "./child-process.ts";
import type { EffectServer } from "./effect-server.ts";
import { startEffectServer } from "./effect-server.ts";
import type { HandFolder } from "./hand-folders.ts";
import { HAND } from "./hand-folders.ts";
import type { Interruption } from "./interruption.ts";
import { createPayingModel } from "./paying-model.ts";
import type { ParentMessage } from "./protocol.ts";
import { shiftClock } from "./shifted-clock.ts";
import type { Universe, UniversePlace } from "./universe.ts";
import { clockFileOf, openUniverse } from "./universe.ts";

/** More than the lease of an execution (8 s) and of a delivery (60 s). */
const PAST_ALL_LEASES_MS = 70_000;
const LOOK_EVERY_MS = 25;

/** What a human says of a request, or of a question about an effect of which the world knows that many. */
export interface Human {
  answer(approval: ApprovalRow, effectCount: number): UnknownAnswer;
}

/** One world with one hand in it, the processes that work on it, and the test's own process, which decides for the humans. */
export interface CrashCase extends AsyncDisposable {
  readonly place: UniversePlace;
  readonly world: EffectServer;
  readonly model: ModelServer;
  /** The test's own store and runner on the same file. The runner takes up nothing: it only decides. */
  readonly here: Universe;
  /** How long the world takes to answer where a process is interrupted during an effect of a name, in milliseconds. */
  readonly delaysMs: Map<string, number>;
  /** What the world waits for before it answers to an effect of a name. */
  readonly holds: Map<string, Promise<void>>;
  /** Effects of `pay` that were there before a human had approved one. */
  readonly unapproved: readonly unknown[];
  /** Puts a child to work, to be interrupted there. */
  start(child: CrashChild, options?: Partial<ParentMessage>): Promise<void>;
  /** Lets every lease pass, for all processes of the case. */
  passLeases(): void;
  /** Decides what there is to decide now, as the human says. */
  decide(): Promise<void>;
  /** Decides whatever comes up, until the returned function is called. */
  keepDeciding(): () => Promise<void>;
}

const FIRE = { handName: HAND, scheduledFor: Date.UTC(2030, 0, 1, 7) };

export async function openCrashCase(folder: HandFolder, human: Human): Promise<CrashCase> {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-crash-"));
  writeHand(dir, folder);
  writeFileSync(clockFileOf(dir), "0");
  let current: { readonly child: CrashChild; readonly interruption: Interruption | null } | undefined;
  let isApproved = false;
  const unapproved: unknown[] = [];

  const findPoint = () => current?.interruption?.point ?? null;
  function interrupt(): void {
    if (current?.interruption == null) return;
    current.child.signal(current.interruption.signal);
    current.child.noteInterrupted("while it waited for an answer");
  }

  const closing = new AbortController();
  const holds = new Map<string, Promise<void>>();
  const delaysMs = new Map<string, number>();
  const world = await startEffectServer(async (effect) => {
    if (effect.name === "pay" && !isApproved) unapproved.push(effect);
    const point = findPoint();
    const isPoint = point?.kind === "effect" && point.name === effect.name && point.when === "during";
    if (!isPoint || effect.pid !== current?.child.pid) {
      await holds.get(effect.name);
      return true;
    }
    interrupt();
    await systemClock.sleep(delaysMs.get(effect.name) ?? 0, closing.signal).catch(() => {});
    // Who is only frozen finds the answer when it goes on.
    return current.interruption?.signal !== "SIGKILL";
  });
  const model = await startModelServer(createPayingModel({ findPoint, interrupt }));
  const place = { dir, modelUrl: model.baseUrl };
  const here = await openUniverse(place);

  async function decide(): Promise<void> {
    for (const approval of await listApprovals(here.store, { status: "pending" })) {
      // Only when it has parked: a decision in between would move the points that come after.
      if (!(await isWaiting(here.store, approval.execution_id))) continue;
      const who = { approvalId: approval.id, by: "ann", via: "cli", note: null };
      if (approval.kind === "unknown") {
        const answer = human.answer(approval, world.of(approval.action).length);
        const result = answer === "happened" ? { result: { done: "as ann saw" } } : {};
        await here.runner.answer({ ...who, answer, ...result });
        continue;
      }
      isApproved = true;
      await here.runner.decide({ ...who, decision: { kind: "approve" } });
    }
  }

  return {
    place,
    delaysMs,
    holds,
    world,
    model,
    here,
    unapproved,
    async start(child, options = {}) {
      const interruption = options.interruption ?? null;
      current = { child, interruption };
      await child.start({
        place,
        environment: { CRASH_WORLD: world.url, ...describeForHand(interruption) },
        composition: "runner",
        fires: [FIRE],
        interruption,
        ...options,
      });
    },
    passLeases: () => shiftClock(clockFileOf(dir), PAST_ALL_LEASES_MS),
    decide,
    keepDeciding() {
      let isOver = false;
      const deciding = (async () => {
        while (!isOver) {
          await decide();
          await here.clock.sleep(LOOK_EVERY_MS);
        }
      })();
      return async () => {
        isOver = true;
        await deciding;
      };
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await here.close();
      await world[Symbol.asyncDispose]();
      await model.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function isWaiting(store: Store, executionId: string | null): Promise<boolean> {
  const execution = executionId === null ? undefined : await findExecution(store, executionId);
  return execution?.status === "waiting";
}

/** The places that the hand's own code knows of. */
function describeForHand(interruption: Interruption | null): Record<string, string> {
  if (interruption?.point.kind !== "effect" || interruption.point.when === "during") return {};
  const { name, when } = interruption.point;
  return { CRASH_AT: `${name} ${when}`, CRASH_SIGNAL: interruption.signal };
}

function writeHand(dir: string, folder: HandFolder): void {
  for (const [file, content] of Object.entries(folder)) {
    const target = path.join(dir, "hands", HAND, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}
