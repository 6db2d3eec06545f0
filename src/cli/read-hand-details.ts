import type { ApprovalJson } from "../approvals/index.ts";
import { toApprovalJson } from "../approvals/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import type { HandJson } from "../registry/index.ts";
import { HandNotFoundError } from "../registry/index.ts";
import { readBudgets } from "../runtime/index.ts";
import { nextFires } from "../schedule/index.ts";
import type { ExecutionJson } from "../store/index.ts";
import { findHandState, listExecutions, listPendingApprovals, toExecutionJson } from "../store/index.ts";
import type { BudgetJson } from "./budget-record.ts";
import { toBudgetJson } from "./budget-record.ts";
import type { CommandContext } from "./command-context.ts";
import { loadProject, openForReading } from "./project.ts";
import { withRegistry } from "./read-hands.ts";

/** A hand with everything around it. */
export interface HandDetails extends HandJson {
  /** The manifest with every default filled in; null where the hand is broken. */
  readonly manifest: HandConfig | null;
  /** When the schedule comes due next, whatever holds the hand. */
  readonly nextFires: readonly string[];
  readonly pauseNote: string | null;
  readonly executions: readonly ExecutionJson[];
  readonly approvals: readonly ApprovalJson[];
  /** What the hand and the project may spend in a day, and have. */
  readonly budgets: readonly BudgetJson[];
}

const FIRES_SHOWN = 3;
const EXECUTIONS_SHOWN = 5;

/** Throws: `hand_not_found`. */
export async function readHandDetails(context: CommandContext, name: string): Promise<HandDetails> {
  const { config } = await loadProject(context);
  const store = await openForReading(context, config);
  try {
    return await withRegistry(context, { config, store }, async (registry) => {
      const hands = await registry.listEntries();
      const hand = hands.find((entry) => entry.name === name);
      if (hand === undefined)
        throw new HandNotFoundError(
          name,
          hands.map((entry) => entry.name),
        );
      const manifest = registry.listHands().find((entry) => entry.name === name) ?? null;
      const [state, executions, approvals] = await Promise.all([
        findHandState(store, name),
        listExecutions(store, { handName: name, limit: EXECUTIONS_SHOWN }),
        listPendingApprovals(store, store.nowMs(), { handName: name }),
      ]);
      const from = new Date(context.clock.now());
      const anchor = state?.anchor_at == null ? from : new Date(state.anchor_at);
      const fires =
        manifest?.schedule == null ? [] : nextFires(manifest.schedule, { from, count: FIRES_SHOWN, anchor });
      return {
        ...hand,
        manifest,
        nextFires: fires.map((fire) => fire.toISOString()),
        pauseNote: state?.pause_note ?? null,
        executions: executions.map(toExecutionJson),
        approvals: approvals.map(toApprovalJson),
        budgets: (await readBudgets(store, manifest === null ? [] : [manifest], config.limits)).map(
          toBudgetJson,
        ),
      };
    });
  } finally {
    await store.close();
  }
}
