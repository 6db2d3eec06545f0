import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { findHandState } from "../../src/store/index.ts";
import { createHuman } from "./check-kill.ts";
import { checkRecord, readRecord } from "./check-record.ts";
import { CrashChild } from "./child-process.ts";
import type { CrashCase } from "./crash-case.ts";
import { openCrashCase } from "./crash-case.ts";
import { HAND, MODEL_HAND, SCRIPT_HAND } from "./hand-folders.ts";
import type { InterruptionPoint } from "./interruption.ts";
import { isThorough } from "./scale.ts";

const PATIENCE_MS = 120_000;

/** Starts one process after another, each to be killed at the point, until one finishes. Gives how many were killed. */
async function killAgainAndAgain(universe: CrashCase, point: InterruptionPoint): Promise<number> {
  const stopDeciding = universe.keepDeciding();
  try {
    for (let killed = 0; killed < 20; killed += 1) {
      const child = new CrashChild();
      try {
        await universe.start(child, { interruption: { point, signal: "SIGKILL" } });
        if ((await child.outcome()).kind === "finished") return killed;
      } finally {
        await child.end();
      }
      universe.passLeases();
    }
    throw new Error("it does not come to an end");
  } finally {
    await stopDeciding();
  }
}

for (const folder of [SCRIPT_HAND, MODEL_HAND]) {
  const brain = folder === SCRIPT_HAND ? "script" : "model";
  test.concurrent(
    `an execution of a ${brain} hand that kills three processes in a row with no result between them is given up as crashed`,
    async () => {
      await using universe = await openCrashCase(folder, createHuman("happened"));
      const point: InterruptionPoint = { kind: "effect", name: "save", when: "before" };
      expect(await killAgainAndAgain(universe, point)).toBe(3);
      const { execution, steps, approvals, deliveries } = await readRecord(universe.here.store);
      expect(execution).toMatchObject({
        status: "ended",
        outcome: "failure",
        error_code: "crashed",
        lease_owner: null,
        lost_leases: 2,
      });
      expect(execution.error).toContain("died or froze");
      expect(steps.find((step) => step.name === "save")).toMatchObject({ status: "unknown", attempt: 3 });
      expect(steps.filter((step) => !["done", "denied", "unknown"].includes(step.status))).toEqual([]);
      expect(approvals.filter((approval) => approval.status === "pending")).toEqual([]);
      expect(deliveries).toEqual([]);
      expect(existsSync(path.join(universe.place.dir, "out"))).toBe(false);
      expect(universe.world.of("save")).toEqual([]);
      expect(universe.world.of("pay").length).toBe(brain === "script" ? 1 : 0);
      expect(await findHandState(universe.here.store, HAND)).toMatchObject({
        status: "error",
        run_count: 1,
        success_count: 0,
        failure_count: 1,
      });
    },
    PATIENCE_MS,
  );
}

test(
  "an execution that is killed again and again, with a result in each life, comes to its end",
  async () => {
    await using universe = await openCrashCase(SCRIPT_HAND, createHuman("retry"));
    // The fire that is there already, the claim, an intent, a result: the fourth commit of a life is the first that gets on.
    const number = isThorough ? 4 : 6;
    const killed = await killAgainAndAgain(universe, { kind: "commit", number, when: "after" });
    expect(killed).toBeGreaterThan(3);
    await checkRecord(universe);
  },
  PATIENCE_MS,
);
