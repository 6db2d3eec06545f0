import { PROGRAM_VERSION, readNodes } from "../../runtime/index.ts";
import type { HandStateRow } from "../../store/index.ts";
import {
  countOpenExecutions,
  countPendingApprovals,
  countUnfinishedDeliveries,
  isAllPaused,
  listHandStates,
  readRetentionRecord,
  sumUsageSince,
} from "../../store/index.ts";
import type { ServerContext } from "../server-context.ts";
import { DAY_MS } from "../views/day-figures.ts";
import { describeNodes } from "./node-metrics.ts";
import type { RouteFigures } from "./request-figures.ts";
import { DURATION_BOUNDS } from "./request-figures.ts";
import type { Metric, Sample } from "./text-format.ts";

/** Everything that `/metrics` says. Labels are names of hands, routes and states, never ids. */
export async function collectMetrics(context: ServerContext): Promise<readonly Metric[]> {
  const { store, registry, runner } = context.runtime;
  const nowMs = store.nowMs();
  const [entries, states, open, pending, deliveries, isPaused, usage, pruning, nodes] = await Promise.all([
    registry.listEntries(),
    listHandStates(store),
    countOpenExecutions(store),
    countPendingApprovals(store, nowMs),
    countUnfinishedDeliveries(store),
    isAllPaused(store),
    sumUsageSince(store, Math.floor(nowMs / DAY_MS) * DAY_MS),
    readRetentionRecord(store),
    readNodes(store),
  ]);
  const known = new Set(entries.map((entry) => entry.name));
  const ours = states.filter((state) => known.has(state.hand_name));
  const byHand = (read: (state: HandStateRow) => number | null): readonly Sample[] =>
    ours.flatMap((state) => {
      const value = read(state);
      return value === null ? [] : [{ labels: { hand: state.hand_name }, value }];
    });
  return [
    gauge("hands_build_info", "Always 1; the version is a label.", [
      { labels: { version: PROGRAM_VERSION, node: process.version }, value: 1 },
    ]),
    counter(
      "hands_runs_total",
      "Executions that ended, by hand and outcome; skipped and cancelled ones are not runs.",
      [
        ...ours.flatMap(({ hand_name: hand, success_count, failure_count }) => [
          { labels: { hand, outcome: "success" }, value: success_count },
          { labels: { hand, outcome: "failure" }, value: failure_count },
        ]),
      ],
    ),
    gauge(
      "hands_executions_open",
      "Executions that are not over, by status and reason.",
      open.map(({ status, reason, count }) => ({ labels: { status, reason: reason ?? "" }, value: count })),
    ),
    gauge("hands_executions_running_here", "Executions that this process runs.", [
      { value: runner.running.length },
    ]),
    gauge("hands_approvals_pending", "Requests that wait for a decision.", [{ value: pending.count }]),
    gauge("hands_approvals_oldest_age_seconds", "Age of the oldest request that waits; 0 where none does.", [
      { value: pending.oldestAt === null ? 0 : (nowMs - pending.oldestAt) / 1000 },
    ]),
    gauge(
      "hands_deliveries_unfinished",
      "Deliveries that were not made yet, or failed within a day, by status.",
      deliveries.map(({ status, count }) => ({ labels: { status }, value: count })),
    ),
    gauge(
      "hands_hand_broken",
      "1 where the manifest or something around it is wrong.",
      entries.map(({ name, problems }) => ({
        labels: { hand: name },
        value: Number(problems.some(({ severity }) => severity === "error")),
      })),
    ),
    gauge(
      "hands_hand_paused",
      "1 while the hand, or everything, is paused.",
      byHand((state) => Number(isPaused || state.is_paused === 1)),
    ),
    gauge(
      "hands_hand_last_run_timestamp_seconds",
      "When it last started.",
      byHand((state) => (state.last_run_at === null ? null : state.last_run_at / 1000)),
    ),
    gauge(
      "hands_hand_next_fire_timestamp_seconds",
      "Its next scheduled instant.",
      byHand((state) => (state.next_run_at === null ? null : state.next_run_at / 1000)),
    ),
    gauge("hands_cost_today_usd", "Spent since midnight UTC, where prices are known.", [
      { value: usage.costUsd },
    ]),
    gauge("hands_tokens_today", "Tokens since midnight UTC.", [
      { labels: { direction: "input" }, value: usage.inputTokens },
      { labels: { direction: "output" }, value: usage.outputTokens },
    ]),
    counter(
      "hands_pruned_rows_total",
      "Rows that [retention] let go, by table, of the whole project.",
      Object.entries(pruning?.totalRemoved ?? {}).map(([table, value]) => ({ labels: { table }, value })),
    ),
    gauge("hands_stream_readers", "Followers of /api/events.", [{ value: context.feed.readerCount }]),
    gauge("hands_events_position", "Position of the newest sealed event.", [{ value: context.feed.head }]),
    ...describeNodes(nodes),
    ...describeRequests(context.figures.routes),
    ...describeProcess(context),
  ];
}

function describeRequests(routes: readonly RouteFigures[]): readonly Metric[] {
  const name = (figures: RouteFigures) => ({
    method: figures.method,
    route: figures.route,
    status: String(figures.status),
  });
  const samples = routes.flatMap((figures): readonly Sample[] => [
    ...DURATION_BOUNDS.map((bound, index) => ({
      suffix: "_bucket",
      labels: { ...name(figures), le: String(bound) },
      value: figures.buckets[index] ?? 0,
    })),
    { suffix: "_bucket", labels: { ...name(figures), le: "+Inf" }, value: figures.count },
    { suffix: "_sum", labels: name(figures), value: figures.sumSeconds },
    { suffix: "_count", labels: name(figures), value: figures.count },
  ]);
  const help = "Time until an answer began.";
  return [{ name: "hands_http_request_duration_seconds", help, type: "histogram", samples }];
}

function describeProcess(context: ServerContext): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  return [
    counter("process_cpu_seconds_total", "CPU time of the process.", [
      { value: (user + system) / 1_000_000 },
    ]),
    gauge("process_resident_memory_bytes", "Memory of the process.", [{ value: process.memoryUsage.rss() }]),
    gauge("process_start_time_seconds", "When the server began.", [{ value: context.startedAt / 1000 }]),
  ];
}

function gauge(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: "gauge", samples };
}

function counter(name: string, help: string, samples: readonly Sample[]): Metric {
  return { name, help, type: "counter", samples };
}
