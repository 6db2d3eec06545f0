import { toIso } from "../../core/index.ts";
import { readBudgets } from "../../runtime/index.ts";
import {
  countExecutions,
  countPendingApprovals,
  isAllPaused,
  listPendingApprovals,
  listRecentOfHands,
  pageExecutions,
  sumUsageSince,
} from "../../store/index.ts";
import type { Hand, Overview } from "../api-types.ts";
import { defineRoute } from "../route.ts";
import { overview } from "../schemas/overview.ts";
import type { ServerContext } from "../server-context.ts";
import { toApprovals } from "../views/approval-view.ts";
import { DAY_MS } from "../views/day-figures.ts";
import { toExecution, toStripMark } from "../views/execution-view.ts";
import { listHandViews } from "../views/hand-view.ts";

const MOST_ITEMS = 20;
const STRIP_LENGTH = 40;

const show = defineRoute({
  method: "get",
  path: "/api/overview",
  id: "getOverview",
  summary: "What waits, runs, failed, comes next and was spent; and how each hand's last 40 executions went",
  tag: "Overview",
  scope: "read",
  answer: overview,
  async handle(_input, context) {
    const { store } = context.runtime;
    const nowMs = store.nowMs();
    const hands = await listHandViews(context);
    const strips = await listRecentOfHands(
      store,
      hands.map((hand) => hand.name),
      STRIP_LENGTH,
    );
    return {
      now: toIso(nowMs),
      isAllPaused: await isAllPaused(store),
      needsYou: await readNeeds(context, nowMs),
      running: await readExecutions(context, { statuses: ["running", "queued"] }),
      failed24h: await readExecutions(context, { outcomes: ["failure", "timeout"], since: nowMs - DAY_MS }),
      nextFires: listNextFires(hands),
      spentToday: await readSpent(context, nowMs),
      hands: hands.map((hand) => ({
        hand,
        strip: (strips.get(hand.name) ?? []).toReversed().map((row) => toStripMark(row, nowMs)),
      })),
    };
  },
});

export const overviewRoutes = [show];

async function readNeeds(context: ServerContext, nowMs: number): Promise<Overview["needsYou"]> {
  const { store } = context.runtime;
  const { count } = await countPendingApprovals(store, nowMs);
  const rows = count === 0 ? [] : await listPendingApprovals(store, nowMs);
  return { count, items: await toApprovals(context, rows.slice(0, MOST_ITEMS)) };
}

async function readExecutions(
  context: ServerContext,
  filter: Parameters<typeof pageExecutions>[1],
): Promise<Overview["running"]> {
  const { store } = context.runtime;
  const rows = await pageExecutions(store, filter, { after: null, limit: MOST_ITEMS });
  const hands = await countExecutions(store, filter);
  const nowMs = store.nowMs();
  return {
    count: hands.reduce((sum, hand) => sum + hand.count, 0),
    items: rows.map((row) => toExecution(row, nowMs)),
  };
}

async function readSpent(context: ServerContext, nowMs: number): Promise<Overview["spentToday"]> {
  const since = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const { store, registry, config } = context.runtime;
  const budgets = await readBudgets(store, registry.listHands(), config.limits);
  return {
    since: toIso(since),
    ...(await sumUsageSince(store, since)),
    budgets: budgets.map(({ scope, handName, limitUsd, spentUsd, resetsAt }) => ({
      scope,
      handName,
      limitUsd,
      spentUsd,
      resetsAt: toIso(resetsAt),
    })),
  };
}

function listNextFires(hands: readonly Hand[]): Overview["nextFires"] {
  return hands
    .flatMap(({ name, nextRunAt, status }) =>
      nextRunAt === null ? [] : [{ handName: name, at: nextRunAt, isHeld: status === "paused" }],
    )
    .sort((left, right) => (left.at < right.at ? -1 : 1))
    .slice(0, MOST_ITEMS);
}
