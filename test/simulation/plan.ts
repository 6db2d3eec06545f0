import { createChance } from "./chance.ts";
import type { HandVariant } from "./hands.ts";

/** One thing that befalls the machine, or that somebody does. */
export type Event =
  | {
      readonly kind: "crash";
      readonly place: "before_commit" | "after_commit" | "at_rest";
      readonly commits: number;
      readonly awayMs: number;
    }
  | { readonly kind: "restart"; readonly awayMs: number }
  | { readonly kind: "freeze"; readonly transactions: number; readonly durationMs: number }
  | { readonly kind: "sleep"; readonly durationMs: number }
  | { readonly kind: "disk_full"; readonly statements: number }
  | { readonly kind: "commit_fails"; readonly commits: number }
  | { readonly kind: "busy"; readonly durationMs: number }
  | { readonly kind: "slow_disk"; readonly commits: number; readonly commitMs: number }
  | { readonly kind: "jump"; readonly byMs: number }
  | { readonly kind: "edit"; readonly hand: string; readonly variant: HandVariant }
  | { readonly kind: "tamper" }
  | { readonly kind: "pause" | "resume" | "enable" | "disable"; readonly hand: string | null }
  | { readonly kind: "trigger"; readonly hand: string; readonly count: number }
  | { readonly kind: "cancel" | "retry"; readonly which: number };

/** An event and when it happens, in milliseconds of true time from the start. `node`: which of the processes it is about; `number`: its place in the whole plan. */
export type PlannedEvent = Event & { readonly atMs: number; readonly node: number; readonly number: number };

/** A whole story: the same plan gives the same story. */
export interface Plan {
  readonly seed: string;
  readonly size: PlanSize;
  readonly startsAt: number;
  readonly durationMs: number;
  readonly nodeCount: number;
  readonly events: readonly PlannedEvent[];
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Days on which clocks are changed somewhere are as likely as others together. */
const STARTS = [
  "2026-03-07T20:00:00Z",
  "2026-03-28T12:00:00Z",
  "2026-04-04T03:00:00Z",
  "2026-10-24T21:00:00Z",
  "2026-10-31T23:30:00Z",
  "2026-06-01T05:00:00Z",
];
const HANDS = ["payer", "publisher", "keeper", "spender", "listener"];

/** Brief stories last some hours, of one cluster of events; short ones half a day; long ones up to two weeks. */
export type PlanSize = "brief" | "short" | "long";

interface Extent {
  readonly nodeCounts: readonly number[];
  readonly days: readonly number[];
  /** How often events are drawn, one or two at a time. */
  readonly leastDraws: number;
  readonly mostDraws: number;
  /** The part of all events that comes right after the one before. */
  readonly nearness: number;
  /** How many executions are triggered at once. */
  readonly triggerCounts: readonly number[];
}

const EXTENTS: Readonly<Record<PlanSize, Extent>> = {
  brief: {
    nodeCounts: [1, 1, 1, 1, 2],
    days: [1 / 24, 1 / 12, 1 / 6],
    leastDraws: 2,
    mostDraws: 3,
    nearness: 0.9,
    triggerCounts: [1, 1, 1, 2],
  },
  short: {
    nodeCounts: [1, 1, 2],
    days: [0.5],
    leastDraws: 3,
    mostDraws: 8,
    nearness: 0.65,
    triggerCounts: [1, 1, 2, 4],
  },
  long: {
    nodeCounts: [1, 1, 2],
    days: [1, 1, 2, 3, 3, 14],
    leastDraws: 8,
    mostDraws: 26,
    nearness: 0.65,
    triggerCounts: [1, 1, 2, 4],
  },
};

/** Draws a plan. */
export function createPlan(seed: string, size: PlanSize): Plan {
  const extent = EXTENTS[size];
  const chance = createChance(seed, "plan", size);
  const nodeCount = chance.pick(extent.nodeCounts);
  const durationMs = createChance(seed, "duration", size).pick(extent.days) * DAY;
  const events: PlannedEvent[] = [];
  let atMs = 2 * SECOND;
  const count = chance.between(extent.leastDraws, extent.mostDraws);
  for (let index = 0; index < count; index += 1) {
    // Trouble comes in clusters: what began last is often still under way.
    const isNear = chance.isTrue(extent.nearness);
    atMs += isNear ? chance.between(0, 40) * SECOND : chance.between(0, (2 * durationMs) / count);
    if (atMs >= durationMs) break;
    const at = { atMs, node: chance.between(0, nodeCount - 1) };
    for (const event of drawEvents(chance, extent)) events.push({ ...at, ...event, number: events.length });
  }
  return { seed, size, startsAt: Date.parse(chance.pick(STARTS)), durationMs, nodeCount, events };
}

/** The same plan, and somebody who changes in the database what is approved first. */
export function addTampering(plan: Plan): Plan {
  const tampering = { kind: "tamper", atMs: 0, node: 0, number: plan.events.length } as const;
  return { ...plan, events: [tampering, ...plan.events] };
}

/** The same plan in two processes, of which one stands still, again and again, in the middle of work that the other one takes over. */
export function addFreezes(plan: Plan): Plan {
  const freezes = Array.from({ length: 12 }, (_, index): readonly Event[] => [
    { kind: "trigger", hand: HANDS[index % HANDS.length] ?? "payer", count: 2 },
    { kind: "freeze", transactions: index, durationMs: 12 * SECOND },
  ]);
  const events = freezes.flatMap((pair, index) =>
    pair.map((event) => ({ ...event, atMs: (2 + index * 60) * SECOND, node: index % 2 })),
  );
  const all = [...events, ...plan.events].toSorted((left, right) => left.atMs - right.atMs);
  return { ...plan, nodeCount: 2, events: all.map((event, number) => ({ ...event, number })) };
}

type Chance = ReturnType<typeof createChance>;

/** Mostly one event; what needs work to be under way brings some. */
function drawEvents(chance: Chance, extent: Extent): readonly Event[] {
  const event = drawEvent(chance, extent);
  const needsWork = [
    "crash",
    "freeze",
    "restart",
    "disk_full",
    "commit_fails",
    "slow_disk",
    "tamper",
  ].includes(event.kind);
  return needsWork && chance.isTrue(0.7) ? [drawTrigger(chance, extent), event] : [event];
}

function drawTrigger(chance: Chance, { triggerCounts }: Extent): Event {
  return { kind: "trigger", hand: chance.pick(HANDS), count: chance.pick(triggerCounts) };
}

function drawEvent(chance: Chance, extent: Extent): Event {
  const hand = chance.pick(HANDS);
  const awayMs = chance.pick([
    chance.between(0, 4) * SECOND,
    chance.between(10, 600) * SECOND,
    chance.between(1, 60) * HOUR,
  ]);
  const draws: readonly (readonly [weight: number, draw: () => Event])[] = [
    [
      8,
      () => ({
        kind: "crash",
        place: chance.pick(["before_commit", "after_commit", "after_commit", "at_rest"] as const),
        commits: chance.between(1, 14),
        awayMs,
      }),
    ],
    [2, () => ({ kind: "restart", awayMs })],
    [
      4,
      () => ({
        kind: "freeze",
        transactions: chance.between(0, 12),
        durationMs: chance.pick([3, 9, 12, 40, 200]) * SECOND,
      }),
    ],
    [2, () => ({ kind: "sleep", durationMs: chance.between(1, 300) * MINUTE })],
    [3, () => ({ kind: "disk_full", statements: chance.between(1, 30) })],
    [3, () => ({ kind: "commit_fails", commits: chance.between(1, 6) })],
    [2, () => ({ kind: "busy", durationMs: chance.pick([50, 900, 4000, 15_000]) })],
    [
      2,
      () => ({
        kind: "slow_disk",
        commits: chance.between(1, 12),
        commitMs: chance.pick([30, 700, 2500, 6000]),
      }),
    ],
    [
      3,
      () => ({
        kind: "jump",
        byMs: chance.pick([
          -30 * HOUR,
          -2 * HOUR,
          -HOUR,
          -40 * SECOND,
          -1200,
          1500,
          45 * SECOND,
          HOUR,
          30 * HOUR,
        ]),
      }),
    ],
    [
      4,
      () => ({
        kind: "edit",
        hand,
        variant: chance.pick(["first", "edited", "gated", "broken", "gone", "unscheduled"] as const),
      }),
    ],
    [2, () => ({ kind: "tamper" })],
    [3, () => ({ kind: "pause", hand: chance.isTrue(0.2) ? null : hand })],
    [3, () => ({ kind: "resume", hand: chance.isTrue(0.4) ? null : hand })],
    [1, () => ({ kind: "disable", hand })],
    [2, () => ({ kind: "enable", hand })],
    [9, () => drawTrigger(chance, extent)],
    [3, () => ({ kind: "cancel", which: chance.between(0, 9) })],
    [1, () => ({ kind: "retry", which: chance.between(0, 9) })],
  ];
  const total = draws.reduce((sum, [weight]) => sum + weight, 0);
  let place = chance.draw() * total;
  for (const [weight, draw] of draws) {
    place -= weight;
    if (place < 0) return draw();
  }
  return drawTrigger(chance, extent);
}

/** An event in words. */
export function describeEvent({ atMs, node, number: _number, ...event }: PlannedEvent): string {
  const { kind, ...facts } = event;
  const words = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  return `after ${(atMs / HOUR).toFixed(3)} h, process ${node}: ${[kind, ...words].join(", ")}`;
}
