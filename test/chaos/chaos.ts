import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { json as readJson } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { silentLogger } from "../../src/core/index.ts";
import type { Runtime } from "../../src/runtime/index.ts";
import { createRuntime } from "../../src/runtime/index.ts";
import { listApprovals, listHandStates } from "../../src/store/index.ts";
import { manifest } from "../support/simple-hands.ts";
import type { Chance } from "./chance.ts";
import { createChance } from "./chance.ts";
import { Machine } from "./machine.ts";
import type { ChaosEffect } from "./protocol.ts";

export interface ChaosOptions {
  readonly db: string;
  readonly machineCount: number;
  readonly handCount: number;
  readonly seconds: number;
  readonly seed: number;
  readonly maxConcurrent: number;
  /** How long everything has to come to rest, after the last fire and the last disturbance. */
  readonly patienceMs: number;
}

/** What is left when all is over; the runtime of the observer is still open. */
export interface ChaosRecord {
  readonly observer: Runtime;
  /** How many hands fired, and until when. */
  readonly handCount: number;
  readonly endAt: number;
  readonly effects: readonly ChaosEffect[];
  /** What was done to whom, in order. */
  readonly disturbances: readonly string[];
  /** How machines ended that nobody had ended. */
  readonly faults: readonly string[];
  /** How the machines ended. */
  readonly ends: readonly string[];
  /** From the last fire until everything had ended; null where that never came. */
  readonly settledMs: number | null;
  readonly stderr: string;
}

/** Longer than a lease. */
const FREEZE_MS = 9_500;
const CUT_MS = 3_000;
const LOOK_EVERY_MS = 100;

/**
 * Lets machines work on one database while they are killed, frozen for longer than their lease and cut from the database, and while a human
 * decides; then leaves them alone until all is over, and looks with `check`.
 */
export async function unleashChaos(
  options: ChaosOptions,
  check: (record: ChaosRecord) => Promise<void>,
): Promise<void> {
  const chance = createChance(options.seed);
  const dir = mkdtempSync(path.join(tmpdir(), "hands-chaos-"));
  const effects: ChaosEffect[] = [];
  const world = createServer(async (request, response) => {
    effects.push((await readJson(request)) as ChaosEffect);
    // Some answers come late, so that there is something to interrupt.
    await wait(20 + 200 * Math.random() ** 4);
    response.end('{"ok":true}');
  });
  world.listen(0, "127.0.0.1");
  await once(world, "listening");
  const address = world.address();
  if (address === null || typeof address === "string") throw new Error("the world has no port");
  const worldUrl = `http://127.0.0.1:${address.port}`;
  const observer = await openObserver(options.db, dir);
  const machines: Machine[] = [];
  const disturbances: string[] = [];
  const ends: string[] = [];
  try {
    const { maxConcurrent } = options;
    mkdirSync(path.join(dir, "hands"));
    for (let index = 0; index < options.machineCount; index += 1) {
      machines.push(await Machine.start(options.db, { dir, worldUrl, maxConcurrent }));
    }
    await Promise.all(machines.map((machine) => machine.ready()));
    // Only now: a schedule that is changed later counts from the change, which would leave a gap.
    const endAt = Date.now() + options.seconds * 1000;
    writeHands(dir, options, endAt);
    await waitUntilScheduled(observer, options.handCount);
    const isOver = new AbortController();
    // With chances of their own, so that the same seed does the same things to the same machines.
    const human = decideEverything(observer, createChance(options.seed + 1), isOver.signal);
    await disturb(machines, chance, endAt, disturbances);
    const settledMs = await waitUntilSettled(observer, endAt, options.patienceMs);
    isOver.abort();
    await human;
    const faults = machines.flatMap(({ fault }) => fault ?? []);
    for (const machine of machines) ends.push(await machine.stop(15_000));
    const stderr = machines.map((machine) => machine.stderr).join("\n");
    const { handCount } = options;
    await check({ observer, handCount, endAt, effects, disturbances, faults, ends, settledMs, stderr });
  } finally {
    for (const machine of machines) await machine.stop(100);
    await observer.stop();
    world.closeAllConnections();
    world.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function openObserver(db: string, dir: string): Promise<Runtime> {
  return await createRuntime({
    config: {
      projectDir: dir,
      configPath: null,
      handsDir: path.join(dir, "hands"),
      db,
      dataDir: path.join(dir, "data", "observer"),
      server: { host: "127.0.0.1", port: 0 },
      model: { name: null, baseUrl: null, apiKey: null },
      modelPrices: {},
      policy: { deny: [], allowsAutoApprove: true, approvers: [] },
      channels: [],
      secrets: {},
      maxConcurrent: 1,
    },
    logger: silentLogger,
  });
}

/** A hand that nobody has seen yet has no due fires, which would prove nothing. */
async function waitUntilScheduled({ store }: Runtime, handCount: number): Promise<void> {
  while ((await listHandStates(store)).filter((state) => state.next_run_at !== null).length < handCount) {
    await wait(LOOK_EVERY_MS);
  }
}

/** Hands that fire every second; each fifth pays, which it has to ask for. */
function writeHands(dir: string, { handCount }: ChaosOptions, endAtMs: number): void {
  const schedule = `schedule = { cron = "* * * * * *", end = "${new Date(endAtMs).toISOString()}" }`;
  for (let index = 0; index < handCount; index += 1) {
    const name = `hand-${index}`;
    const isPaying = index % 5 === 0;
    const folder = path.join(dir, "hands", name);
    mkdirSync(folder, { recursive: true });
    const tools = isPaying ? '["save", "note", "pay"]' : '["save", "note"]';
    const gate = isPaying ? '[approval_gates]\npay = { description = "Pay" }\n' : "";
    const table = `[tools]\nrequired = ${tools}\nunattended = ["save", "note"]\n`;
    writeFileSync(path.join(folder, "HAND.toml"), manifest(name, `${schedule}\n${table}${gate}`));
    writeFileSync(path.join(folder, "SYSTEM.md"), isPaying ? "You pay." : "You note.");
  }
}

/** One thing after the other happens to somebody, until the hands fire no more; then everybody is left alone. */
async function disturb(
  machines: readonly Machine[],
  chance: Chance,
  endAt: number,
  disturbances: string[],
): Promise<void> {
  const mending: Promise<void>[] = [];
  const busy = new Set<Machine>();
  const startedAt = Date.now();
  while (Date.now() < endAt) {
    await wait(500 + chance.below(2000));
    const index = chance.below(machines.length);
    const machine = machines[index];
    if (machine === undefined || busy.has(machine) || Date.now() >= endAt) continue;
    const kind = (["kill", "freeze", "cut"] as const)[chance.below(3)] ?? "kill";
    disturbances.push(`${((Date.now() - startedAt) / 1000).toFixed(1)} s: ${kind} ${index}`);
    busy.add(machine);
    const lasting = { kill: () => machine.crash(), freeze: () => freeze(machine), cut: () => cut(machine) };
    mending.push(lasting[kind]().finally(() => busy.delete(machine)));
  }
  await Promise.all(mending);
}

async function freeze(machine: Machine): Promise<void> {
  machine.freeze();
  await wait(FREEZE_MS);
  machine.thaw();
}

async function cut(machine: Machine): Promise<void> {
  machine.cutOff();
  await wait(CUT_MS);
  machine.reconnect();
}

/** A human who decides whatever is asked: most is approved, and what nobody knows is answered in each of three ways. */
async function decideEverything(
  { store, runner }: Runtime,
  chance: Chance,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const { id, kind } of await listApprovals(store, { status: "pending", limit: 100 })) {
      const said = { approvalId: id, by: "ann", via: "cli", note: null } as const;
      if (kind === "unknown") {
        const answer = (["happened", "retry", "skip"] as const)[chance.below(3)] ?? "skip";
        await runner.answer({ ...said, answer, ...(answer === "happened" ? { result: "seen" } : {}) });
      } else {
        const isApproved = chance.below(5) > 0;
        await runner.decide({ ...said, decision: { kind: isApproved ? "approve" : "reject" } });
      }
    }
    await wait(LOOK_EVERY_MS);
  }
}

/** Until nothing is open and nothing will fire. */
async function waitUntilSettled(
  { store }: Runtime,
  endAt: number,
  patienceMs: number,
): Promise<number | null> {
  const giveUpAt = Date.now() + patienceMs;
  while (Date.now() < giveUpAt) {
    const [open, due] = await Promise.all([
      store.db.selectFrom("hand_executions").select("id").where("status", "!=", "ended").limit(1).execute(),
      store.db
        .selectFrom("hand_states")
        .select("hand_name")
        .where("due_at", "is not", null)
        .limit(1)
        .execute(),
    ]);
    if (open.length === 0 && due.length === 0) return Date.now() - endAt;
    await wait(LOOK_EVERY_MS * 2);
  }
  return null;
}
