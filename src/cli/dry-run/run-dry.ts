import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "../../core/index.ts";
import { silentLogger } from "../../core/index.ts";
import { createDryStandIns, createReplayClock } from "../../recording/index.ts";
import type { ProjectConfig, Runtime } from "../../runtime/index.ts";
import { createRuntime } from "../../runtime/index.ts";
import type { ExecutionRow, Store } from "../../store/index.ts";
import {
  copyForDryRun,
  listApprovals,
  listDeliveries,
  listPendingApprovals,
  listSteps,
  openStore,
  toStepsJson,
  wakeSleepers,
} from "../../store/index.ts";
import { isForHuman } from "../carry-on.ts";
import type { CommandContext } from "../command-context.ts";
import { openForReading } from "../project.ts";
import { describeEffects } from "./describe-effects.ts";
import type { DryRun } from "./types.ts";

/** What a dry run is started with. */
export interface DryRunRequest {
  readonly name: string;
  readonly input: NonNullable<Parameters<Runtime["runner"]["trigger"]>[1]>["input"];
  readonly parameters: NonNullable<Parameters<Runtime["runner"]["trigger"]>[1]>["parameters"];
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Called with the store and the execution, once it began. */
  readonly onStarted?: (store: Store, executionId: string) => void;
  /** Called before that store is closed, whatever it came to. */
  readonly onEnding?: () => Promise<void>;
}

type Clock = ReturnType<typeof createReplayClock>;

/**
 * Runs a hand so that nothing comes of it. It is the real runner with the real gates, brain and reads, on a database that is thrown away: what
 * would change something is not done, every request is taken as approved, sleeps are skipped, nothing is delivered. A disabled hand is run too.
 *
 * Throws: `hand_not_found`, `hand_broken`, and what else keeps a hand from being started.
 */
export async function runDry(
  context: CommandContext,
  config: ProjectConfig,
  request: DryRunRequest,
): Promise<DryRun> {
  const dir = await mkdtemp(join(tmpdir(), "hands-dry-run-"));
  const clock = createReplayClock(context.clock.now());
  const db = join(dir, "dry-run.db");
  const store = await openStore({ db, clock, logger: silentLogger });
  try {
    const real = await openForReading(context, config);
    try {
      await copyForDryRun(real, store, request.name);
    } finally {
      await real.close();
    }
    await using runtime = await createRuntime({
      config: { ...config, db },
      store,
      clock,
      environment: context.environment,
      logger: request.logger,
      standIns: createDryStandIns(),
    });
    await runtime.registry.loadAll();
    const isDisabled = runtime.registry
      .listHands()
      .some(({ name, enabled }) => name === request.name && !enabled);
    if (isDisabled) await runtime.registry.enable(request.name, "dry run");
    const { input = null, parameters = null } = request;
    const id = await runtime.runner.trigger(request.name, { input, parameters });
    request.onStarted?.(store, id);
    const row = await carryThrough(runtime, clock, id, request.signal);
    return await describe(store, row);
  } finally {
    await request.onEnding?.();
    await store.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Says yes to whatever is asked and skips sleeps, until the end or a wait that neither of them ends. */
async function carryThrough(
  { runner, store }: Runtime,
  clock: Clock,
  executionId: string,
  signal: AbortSignal,
): Promise<ExecutionRow> {
  const cancel = () => void runner.cancel(executionId, "dry run").catch(() => {});
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for (;;) {
      const row = await runner.runHere(executionId);
      if (row.status !== "waiting" || signal.aborted) return row;
      if (isForHuman(row)) {
        const pending = await listPendingApprovals(store, clock.now(), { executionId });
        const requests = pending.filter(({ kind }) => kind === "approval");
        if (requests.length === 0) return row;
        for (const { id: approvalId } of requests.toReversed())
          await runner.decide({
            approvalId,
            by: "dry run",
            via: "dry run",
            note: null,
            decision: { kind: "approve" },
          });
      } else if (row.reason === "sleep" && row.wake_at !== null) {
        clock.skipTo(row.wake_at);
        await store.transaction((transaction) => wakeSleepers(transaction));
      } else return row;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

async function describe(store: Store, row: ExecutionRow): Promise<DryRun> {
  const steps = await listSteps(store, row.id);
  const requests = await listApprovals(store, { executionId: row.id });
  const isOver = row.status === "ended";
  return {
    handName: row.hand_name,
    outcome: isOver ? row.outcome : null,
    reason: row.reason,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error ?? "" },
    output: row.output,
    costUsd: row.cost_usd,
    effects: describeEffects(steps, requests.toReversed(), await listDeliveries(store, row.id)),
    steps: toStepsJson(steps),
  };
}
