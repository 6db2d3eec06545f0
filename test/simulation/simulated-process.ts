import type BetterSqlite3 from "better-sqlite3";
import { createApprovalSweeper } from "../../src/approvals/index.ts";
import { createChannelSet } from "../../src/channels/index.ts";
import type { Clock, Logger } from "../../src/core/index.ts";
import { createIdSource, createRedactor, describeError } from "../../src/core/index.ts";
import { Messaging } from "../../src/messaging/index.ts";
import { createEmbeddedQueue } from "../../src/queue/index.ts";
import { HandRegistry } from "../../src/registry/index.ts";
import { HandRunner } from "../../src/runner/index.ts";
import { EventSealer } from "../../src/runtime/event-sealer.ts";
import type { StartExecution } from "../../src/scheduler/index.ts";
import { HandScheduler } from "../../src/scheduler/index.ts";
import type { Store } from "../../src/store/index.ts";
import { openSqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { createMcpHost, createSandbox } from "../../src/tools/index.ts";
import type { Chance } from "./chance.ts";
import { createChance } from "./chance.ts";
import { CHAT, CHAT_APPROVERS } from "./chat.ts";
import { interlope, mayInterlope } from "./interlope.ts";
import type { Machine } from "./machine.ts";
import { createScriptHost } from "./script-host.ts";
import { isCommit, meetTrouble } from "./simulated-disk.ts";
import { withTap } from "./tapped-database.ts";
import { createWildModel } from "./wild-model.ts";

/** When a process is to die: at the n-th commit that it makes while it has work. */
interface PlannedCrash {
  commits: number;
  readonly place: "before_commit" | "after_commit";
  readonly onCrash: () => void;
}

/** The parts of one process that live while it does. */
interface Parts {
  readonly store: Store;
  readonly registry: HandRegistry;
  readonly runner: HandRunner;
  readonly scheduler: HandScheduler;
  readonly messaging: Messaging;
  readonly stop: () => Promise<void>;
}

/** One start of one process on a simulated machine: the real parts, put together as the runtime does. */
export class SimulatedProcess {
  readonly name: string;
  readonly clock: Clock;
  isGone = false;
  /** What it is called in leases, once it has opened the database. */
  nodeId: string | null = null;
  crash: PlannedCrash | null = null;
  /** Transactions until it stands still; null for never. */
  freezeAfter: number | null = null;
  freezeMs = 0;
  readonly #machine: Machine;
  readonly #interlopers: Chance;
  readonly #databases: BetterSqlite3.Database[] = [];
  #parts: Parts | null = null;
  #isFrozen = false;
  #thawed: (() => void)[] = [];

  constructor(machine: Machine, name: string) {
    this.#machine = machine;
    this.name = name;
    this.clock = machine.time.createClock(name);
    this.#interlopers = createChance(machine.seed, name, "interlopers");
  }

  /** Its parts, where it has started and has not ended. */
  get parts(): Parts | null {
    return this.isGone || this.#isFrozen ? null : this.#parts;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  get isWorking(): boolean {
    return this.#isFrozen || this.#parts === null || this.#parts.runner.running.length > 0;
  }

  /** Opens the database and does all the jobs of a process. Rejects where the disk lets it not. */
  async start(): Promise<void> {
    const machine = this.#machine;
    const { clock } = this;
    const random = createChance(machine.seed, this.name, "random");
    const logger = this.#createLogger();
    const tap = {
      rewrite: (sql: string) => machine.bug?.rewrite?.(sql) ?? sql,
      before: (sql: string, database: BetterSqlite3.Database) => this.#before(sql, database),
      after: (
        sql: string,
        rows: unknown[],
        parameters: readonly unknown[],
        database: BetterSqlite3.Database,
      ) => this.#after(sql, rows, parameters, database),
    };
    const ids = createIdSource(clock, random);
    const opened = await machine.openInTurn(() =>
      withTap(tap, () => openSqliteStore({ path: machine.databasePath, clock, logger, random, ids })),
    );
    const store = this.#gate(opened);
    const nodeId = store.ids.next();
    this.nodeId = nodeId;
    const queue = createEmbeddedQueue();
    const send: typeof queue.send = async (transaction, wakeUp) => {
      if (machine.bug?.losesWakeUps !== true) await queue.send(transaction, wakeUp);
    };
    const tools = machine.world.createTools(this).map((tool) => machine.bug?.wrapTool?.(tool) ?? tool);
    const channels = createChannelSet([machine.chat.createChannel(this)]);
    const registry = new HandRegistry({
      handsDir: machine.handsDir,
      store,
      clock,
      logger,
      tools: tools.map((tool) => tool.descriptor),
      wake: (transaction, row) => send(transaction, { executionId: row.id, priority: row.priority }),
    });
    const mcp = createMcpHost({
      clock,
      logger,
      environment: {},
      programVersion: "test",
      fetch: () => Promise.reject(new Error("no network here")),
      redact: (text) => text,
    });
    const runner = new HandRunner({
      store,
      clock,
      logger,
      queue: { ...queue, send },
      hands: registry,
      tools,
      models: createWildModel({ seed: machine.seed, clock, isCalm: () => machine.world.isCalm }),
      code: createScriptHost(),
      mcp,
      mcpServers: {},
      channels,
      policy: { deny: [], allowsAutoApprove: true, approvers: [] },
      redactor: createRedactor(),
      dataDir: machine.dataDir,
      projectDir: machine.dir,
      readSecrets: () => ({}),
      findMissing: () => [],
      checkDatabase: () => Promise.reject(new Error("no hand of these stories asks for the database")),
      sandbox: createSandbox({ environment: {}, hidden: [] }),
      nodeId,
      maxConcurrent: 6,
      maxInstances: 1,
      limits: { maxCostUsdPerDay: null, timezone: "UTC" },
    });
    const startExecution: StartExecution = (transaction, request) =>
      runner.startExecution(transaction, request);
    const startLater = (work: Parameters<Store["transaction"]>[0]) =>
      setImmediate(() => void store.transaction(work).catch(() => {}));
    const scheduler = new HandScheduler(registry, {
      startExecution: machine.bug?.startExecution?.(startExecution, startLater) ?? startExecution,
      clock,
      logger,
    });
    const sweeper = createApprovalSweeper({
      store,
      clock,
      logger,
      wake: (transaction, executionId) => runner.wake(transaction, executionId),
      onExpired: (transaction, approval) => runner.startAfterExpiry(transaction, approval),
      isAutoApproveAllowed: () => true,
    });
    const messaging = new Messaging({
      store,
      clock,
      logger,
      random,
      channels,
      destinations: [{ channel: CHAT, recipient: "" }],
      policy: { approvers: CHAT_APPROVERS },
      redactor: createRedactor(),
      nodeId,
      publicUrl: null,
      alerts: null,
      decide: (input) => runner.decide(input),
    });
    const sealer = new EventSealer({ store, clock, logger });
    const stop = async () => {
      await scheduler.stop();
      await runner.stop();
      await messaging.stop();
      await sweeper.stop();
      await sealer.stop();
      await registry.close();
      await opened.close();
    };
    await registry.loadAll();
    await registry.watch();
    await sweeper.start();
    sealer.start();
    await messaging.start();
    await runner.start();
    await scheduler.start();
    this.#parts = { store, registry, runner, scheduler, messaging, stop };
  }

  /** It is gone from one statement to the next: nothing that it still does reaches anything. */
  die(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#machine.time.drop(this.name);
    for (const database of this.#databases) database.close();
  }

  /** It stands still: timers and transactions wait until it goes on. */
  freeze(durationMs: number): void {
    if (this.isGone || this.#isFrozen) return;
    this.#isFrozen = true;
    this.#machine.time.hold(this.name);
    this.#machine.story.tell(`${this.name} stands still for ${durationMs / 1000} s`);
    this.#machine.time.after(durationMs, () => {
      this.#isFrozen = false;
      this.#machine.time.release(this.name);
      for (const goOn of this.#thawed.splice(0)) goOn();
    });
  }

  /** Resolves at once, when it goes on, or never where it is gone. */
  async #pass(): Promise<void> {
    while (this.#isFrozen) await new Promise<void>((resolve) => this.#thawed.push(resolve));
    if (this.isGone) await new Promise(() => {});
  }

  #gate(store: Store): Store {
    return {
      capabilities: store.capabilities,
      ids: store.ids,
      db: store.db,
      nowMs: () => store.nowMs(),
      transaction: async (work) => {
        this.#countTransaction();
        await this.#pass();
        try {
          return await store.transaction(work);
        } finally {
          await this.#pass();
        }
      },
      onChange: (listener) => store.onChange(listener),
      backup: (path) => store.backup(path),
      close: () => store.close(),
    };
  }

  #countTransaction(): void {
    if (this.freezeAfter === null || !this.isWorking) return;
    this.freezeAfter -= 1;
    if (this.freezeAfter >= 0) return;
    this.freezeAfter = null;
    this.freeze(this.freezeMs);
  }

  #before(sql: string, database: BetterSqlite3.Database): void {
    const { time, trouble } = this.#machine;
    time.noteActivity();
    if (!this.#databases.includes(database)) this.#databases.push(database);
    if (this.isGone) throw new Error("the process is gone");
    meetTrouble(sql, database, { trouble, time });
    if (isCommit(sql) && this.#isCrashDue("before_commit")) throw new Error("the process is gone");
  }

  #after(
    sql: string,
    rows: unknown[],
    parameters: readonly unknown[],
    database: BetterSqlite3.Database,
  ): unknown[] {
    if (isCommit(sql)) {
      this.#machine.noteCommit();
      this.#isCrashDue("after_commit");
    }
    if (mayInterlope(sql, database) && this.#interlopers.isTrue(0.3)) interlope(database);
    return this.#machine.bug?.rows?.(sql, rows, parameters, database) ?? rows;
  }

  #isCrashDue(place: PlannedCrash["place"]): boolean {
    const { crash } = this;
    if (crash?.place !== place || !this.isWorking) return false;
    crash.commits -= 1;
    if (crash.commits > 0) return false;
    this.crash = null;
    this.die();
    crash.onCrash();
    return true;
  }

  #createLogger(): Logger {
    const { story } = this.#machine;
    const tell = (message: string, fields: object = {}) =>
      story.tell(`${this.name} says: ${message} ${JSON.stringify(fields)}`);
    return {
      debug() {},
      info() {},
      warn: tell,
      error: (message, fields) => {
        tell(message, fields);
        if (message.includes("a defect of the program") || message.includes("awaited something else"))
          this.#machine.reportDefect(`${message} ${describeError(fields?.["error"] ?? "")}`);
      },
    };
  }
}
