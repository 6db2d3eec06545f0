import { describeError } from "../../src/core/index.ts";
import type { Machine } from "./machine.ts";
import type { PlannedEvent } from "./plan.ts";
import { describeEvent } from "./plan.ts";

type Operation = Extract<
  PlannedEvent,
  { readonly kind: "pause" | "resume" | "enable" | "disable" | "trigger" | "cancel" | "retry" }
>;

/** Lets an event of the plan happen. */
export function befall(machine: Machine, event: PlannedEvent): void {
  const { time, trouble, nodes, story } = machine;
  story.tell(`*** ${describeEvent(event)}`);
  const process = nodes[event.node];
  switch (event.kind) {
    case "crash": {
      if (process == null) return;
      const { place, commits, awayMs, node } = event;
      if (place === "at_rest") machine.crash(node, awayMs);
      else process.crash = { commits, place, onCrash: () => machine.noteCrash(node, process, awayMs) };
      return;
    }
    case "restart":
      machine.stopNode(event.node, event.awayMs);
      return;
    case "freeze":
      if (process == null) return;
      process.freezeAfter = event.transactions;
      process.freezeMs = event.durationMs;
      return;
    case "sleep":
      time.sleepMachine(event.durationMs);
      return;
    case "disk_full":
      trouble.fullStatements = event.statements;
      return;
    case "commit_fails":
      trouble.failingCommits = event.commits;
      return;
    case "busy":
      trouble.busyUntilMs = time.trueMs + event.durationMs;
      return;
    case "slow_disk":
      trouble.slowCommits = event.commits;
      trouble.commitMs = event.commitMs;
      return;
    case "jump":
      machine.largestStepBackMs = Math.max(machine.largestStepBackMs, -event.byMs);
      time.jumpWall(event.byMs);
      return;
    case "edit":
      machine.writeHand(event.hand, event.variant);
      return;
    case "tamper":
      machine.isTamperWanted = true;
      return;
    case "pause":
    case "resume":
    case "enable":
    case "disable":
    case "trigger":
    case "cancel":
    case "retry":
      operate(machine, event).catch((error: unknown) => story.tell(`refused: ${describeError(error)}`));
  }
}

/** What an operator asks of whichever process is there. */
async function operate(machine: Machine, event: Operation): Promise<void> {
  const all = machine.listParts();
  const parts = all[event.node] ?? all[0];
  if (parts === undefined) return;
  const { registry, runner, scheduler } = parts;
  switch (event.kind) {
    case "pause":
      await registry.pause(event.hand);
      return;
    case "resume":
      await registry.resume(event.hand);
      return;
    case "enable":
      await registry.enable(event.hand ?? "payer");
      return;
    case "disable":
      await registry.disable(event.hand ?? "payer");
      return;
    case "trigger":
      await Promise.all(Array.from({ length: event.count }, () => scheduler.triggerHandNow(event.hand)));
      return;
    default: {
      const isEnded = event.kind === "retry";
      const rows = machine.view
        .prepare(
          "SELECT id FROM hand_executions WHERE (status = 'ended') = ? ORDER BY created_at DESC, id LIMIT 10",
        )
        .all(isEnded ? 1 : 0) as { id: string }[];
      const row = rows[event.which % Math.max(1, rows.length)];
      if (row === undefined) return;
      if (isEnded) await runner.retry(row.id, "ann");
      else await runner.cancel(row.id, "ann");
    }
  }
}
