import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { findChildProgram } from "../support/shared.ts";
import { describeEachStore } from "../support/stores.ts";
import { askInExecution, readEventData, readRow, readStep } from "./approval-fixture.ts";

const program = await findChildProgram("approvals/decider-child");
const PROCESSES = 8;

interface Answer {
  readonly won: boolean;
  readonly resolvedBy: string;
  readonly status: string;
}

describeEachStore("eight processes", (openStore, database) => {
  test("decide at once: one wins, and the other seven are told the truth", async () => {
    const store = await openStore();
    const row = await askInExecution(store, "e1");
    const children: ChildProcess[] = [];
    try {
      for (let index = 0; index < PROCESSES; index += 1) {
        const word = index % 2 === 0 ? "approve" : "reject";
        children.push(fork(program, [database.address(), row.id, `user-${index}`, word], { execArgv: [] }));
      }
      await Promise.all(children.map((child) => once(child, "message")));
      const answers = children.map(async (child) => ((await once(child, "message")) as [Answer])[0]);
      for (const child of children) child.send("go");
      const results = await Promise.all(answers);

      const final = await readRow(store, row.id);
      expect(results).toHaveLength(PROCESSES);
      expect(results.filter((result) => result.won)).toHaveLength(1);
      const winner = results.findIndex((result) => result.won);
      expect(final.resolved_by).toBe(`user-${winner}`);
      for (const result of results) {
        expect(result).toMatchObject({ resolvedBy: final.resolved_by, status: final.status });
      }
      expect((await readStep(store, "e1")).status).toBe(final.status === "approved" ? "approved" : "denied");
      expect(await readEventData(store, `approval.${final.status}`)).toHaveLength(1);
    } finally {
      await Promise.all(
        children.map(async (child) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.kill();
          await once(child, "exit");
        }),
      );
    }
  }, 60_000);
});
