import { afterEach } from "vitest";
import type { Logger } from "../../src/core/index.ts";
import { toIso } from "../../src/core/index.ts";
import type { HandRegistry } from "../../src/registry/index.ts";
import type { HandSchedulerOptions } from "../../src/scheduler/index.ts";
import { HandScheduler } from "../../src/scheduler/index.ts";
import type { TestProject } from "../registry/hands-folder.ts";
import { createTestProject } from "../registry/hands-folder.ts";
import { openRegistry } from "../registry/open-registry.ts";
import type { FakeClock } from "../support/fake-clock.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { insertOnly } from "./insert-only.ts";

const started: HandScheduler[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((scheduler) => scheduler.stop()));
});

export function createScheduler(
  registry: HandRegistry,
  options: Partial<HandSchedulerOptions> = {},
): HandScheduler {
  const scheduler = new HandScheduler(registry, { startExecution: insertOnly, ...options });
  started.push(scheduler);
  return scheduler;
}

/** One process on a project: a registry and a scheduler on the project's clock. */
export interface TestProcess {
  readonly registry: HandRegistry;
  readonly scheduler: HandScheduler;
  stop(): Promise<void>;
}

/** A project whose time a test moves. */
export interface TimedProject extends TestProject {
  readonly clock: FakeClock;
  start(options?: Partial<HandSchedulerOptions> & { readonly logger?: Logger }): Promise<TestProcess>;
}

export function createTimedProject(startsAt: string): TimedProject {
  const clock = createFakeClock(Date.parse(startsAt));
  const project = createTestProject();
  return {
    ...project,
    clock,
    async start(options = {}) {
      const registry = openRegistry(project, { clock });
      const scheduler = createScheduler(registry, { clock, ...options });
      await scheduler.start();
      return {
        registry,
        scheduler,
        async stop() {
          await scheduler.stop();
          await registry.close();
        },
      };
    },
  };
}

/** Lets time pass in one step, as for a process that was frozen meanwhile, and half a second in small ones. */
export async function pass({ clock }: TimedProject, durationMs: number): Promise<void> {
  clock.freezeProcess(durationMs);
  await clock.advance(500);
}

/** The fires of a hand on record, oldest first: `instant`, or `instant..instant xN reason` for those that did not run. */
export async function listFires(registry: HandRegistry, handName: string): Promise<readonly string[]> {
  const store = await registry.openStore();
  const rows = await store.db
    .selectFrom("hand_executions")
    .select(["scheduled_for", "reason", "coalesced_json", "outcome"])
    .where("hand_name", "=", handName)
    .where("scheduled_for", "is not", null)
    .orderBy("scheduled_for")
    .execute();
  return rows.map((row) => {
    const at = short(row.scheduled_for);
    if (row.outcome !== "skipped") return at;
    const range = row.coalesced_json === null ? null : JSON.parse(row.coalesced_json);
    return range === null
      ? `${at} ${row.reason}`
      : `${at}..${short(range.last)} x${range.count} ${row.reason}`;
  });
}

function short(epochMs: number | null): string {
  return (toIso(epochMs) ?? "").replace(":00.000Z", "Z");
}
