import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { createChannelSet } from "../../src/channels/index.ts";
import { createHandCodeHost } from "../../src/code/index.ts";
import { createRedactor, silentLogger, systemClock, systemRandom } from "../../src/core/index.ts";
import { loadHandFolder } from "../../src/manifest/index.ts";
import type { ScriptedModel, ScriptedModelOptions } from "../../src/models/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import { createEmbeddedQueue } from "../../src/queue/index.ts";
import type { HandLookup, RunnerParts } from "../../src/runner/index.ts";
import { HandRunner } from "../../src/runner/index.ts";
import type { ApprovalRow, DeliveryRow, ExecutionRow, StepRow, Store } from "../../src/store/index.ts";
import {
  insertMissingHandStates,
  listApprovals,
  listDeliveries,
  listExecutions,
  listSteps,
  openStore,
} from "../../src/store/index.ts";
import type { CallableTool } from "../../src/tools/index.ts";
import { createBuiltinTools, createMcpHost, createSandbox } from "../../src/tools/index.ts";
import { pickEnvironment } from "./child-environment.ts";
import { watchChanges } from "./watched-changes.ts";

/** A runner over a real store, real hand folders and real workers; only the model is scripted. */
export interface RunnerBench {
  readonly dir: string;
  readonly store: Store;
  readonly runner: HandRunner;
  readonly parts: RunnerParts;
  /** What the scripted model was asked. */
  readonly model: ScriptedModel;
  /** The path of the bench's own SQLite file. */
  readonly db: string;
  /** Writes a hand's files; what was there under other names stays. */
  writeHand(name: string, files: Readonly<Record<string, string>>): void;
  removeHand(name: string): void;
  /** Triggers a hand and runs it here until it ends or waits. */
  run(name: string, request?: Parameters<HandRunner["trigger"]>[1]): Promise<ExecutionRow>;
  /** Gives a hand its state, as the registry does when it loads it. */
  addState(name: string): Promise<void>;
  steps(executionId: string): Promise<readonly StepRow[]>;
  executions(name?: string): Promise<readonly ExecutionRow[]>;
  deliveries(executionId: string): Promise<readonly DeliveryRow[]>;
  approvals(status?: ApprovalRow["status"]): Promise<readonly ApprovalRow[]>;
  approve(
    approvalId: string,
    extra?: Partial<Parameters<HandRunner["decide"]>[0]>,
  ): ReturnType<HandRunner["decide"]>;
  reject(approvalId: string, note?: string): ReturnType<HandRunner["decide"]>;
  /** Decides the oldest pending request and runs its execution here until it ends or waits again. */
  decideNext(decide: "approve" | "reject", note?: string): Promise<ExecutionRow>;
  /** Another runner on the same store, as another process is one. */
  openSecond(
    changes?: Partial<RunnerParts>,
  ): Promise<{ readonly runner: HandRunner; readonly parts: RunnerParts }>;
}

export interface RunnerBenchOptions extends Partial<Omit<RunnerParts, "store" | "models">> {
  readonly replies?: ScriptedModelOptions["replies"];
  readonly price?: ScriptedModelOptions["price"];
  readonly remembers?: ScriptedModelOptions["remembers"];
  readonly models?: RunnerParts["models"];
  readonly store?: Store;
  readonly dir?: string;
  /** Tools of the program besides the built-in ones. */
  readonly extraTools?: readonly CallableTool[];
}

export async function openRunnerBench(options: RunnerBenchOptions = {}): Promise<RunnerBench> {
  const dir = options.dir ?? mkdtempSync(path.join(tmpdir(), "hands-runner-"));
  const handsDir = path.join(dir, "hands");
  mkdirSync(handsDir, { recursive: true });
  const db = path.join(dir, "data", "hands.db");
  const closers: (() => Promise<void>)[] = [];
  const model = createScriptedModel({
    replies: options.replies ?? [],
    price: options.price ?? null,
    ...(options.remembers === undefined ? {} : { remembers: options.remembers }),
    clock: changesOf(options).clock ?? systemClock,
  });
  const builtinTools = createBuiltinTools({
    programVersion: "test",
    clock: systemClock,
    random: systemRandom,
    environment: { PATH: process.env["PATH"] },
  });

  async function open(store: Store, changes: Partial<RunnerParts>) {
    const sandbox = createSandbox({ environment: { PATH: process.env["PATH"] }, hidden: [dir] });
    const code = createHandCodeHost({
      clock: systemClock,
      logger: silentLogger,
      environment: pickEnvironment(),
      sandbox,
    });
    const redactor = createRedactor();
    const mcp = createMcpHost({
      clock: systemClock,
      logger: changes.logger ?? silentLogger,
      // The last one is for no server.
      environment: { PATH: process.env["PATH"], HOME: process.env["HOME"], CANARY: "must-not-be-seen" },
      programVersion: "test",
      fetch: globalThis.fetch,
      redact: redactor.text,
    });
    const parts: RunnerParts = {
      store,
      clock: systemClock,
      logger: silentLogger,
      queue: createEmbeddedQueue(),
      hands: { lookUp: (name) => lookUp(handsDir, name) },
      tools: [...builtinTools, ...(options.extraTools ?? [])],
      models: createScriptedProvider(model),
      code,
      mcp,
      mcpServers: {},
      channels: createChannelSet([]),
      policy: { deny: [], allowsAutoApprove: true, approvers: [] },
      redactor,
      dataDir: path.join(dir, "data"),
      projectDir: dir,
      readSecrets: () => ({}),
      findMissing: () => [],
      checkDatabase: async () => ({
        engine: "test",
        isHealthy: true,
        sizeBytes: null,
        latencyMs: 0,
        details: {},
      }),
      sandbox,
      nodeId: store.ids.next(),
      maxConcurrent: 10,
      maxInstances: 1,
      limits: { maxCostUsdPerDay: null, timezone: "UTC" },
      ...changes,
    };
    const runner = new HandRunner(parts);
    closers.push(async () => {
      await runner.stop();
      await parts.code.stop();
      await mcp.stop();
    });
    return { runner, parts };
  }

  const { store: given } = options;
  const changes = changesOf(options);
  const store = given ?? (await openStore({ db, clock: changes.clock ?? systemClock, logger: silentLogger }));
  const watched = given === undefined ? watchChanges(db) : undefined;
  const { runner, parts } = await open(store, changes);
  onTestFinished(async () => {
    for (const close of closers) await close();
    if (given === undefined) await store.close();
    watched?.check();
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  });

  const decide = (approvalId: string, extra: Partial<Parameters<HandRunner["decide"]>[0]>) =>
    runner.decide({ approvalId, decision: { kind: "approve" }, by: "ann", via: "cli", note: null, ...extra });

  return {
    dir,
    store,
    runner,
    parts,
    model,
    db,
    writeHand(name, files) {
      for (const [file, content] of Object.entries(files)) {
        const target = path.join(handsDir, name, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, content);
      }
    },
    removeHand: (name) => rmSync(path.join(handsDir, name), { recursive: true }),
    async run(name, request) {
      return await runner.runHere(await runner.trigger(name, request));
    },
    addState: (name) => store.transaction((transaction) => insertMissingHandStates(transaction, [name])),
    steps: (executionId) => listSteps(store, executionId),
    executions: (name) =>
      listExecutions(store, { limit: 1000, ...(name === undefined ? {} : { handName: name }) }),
    deliveries: (executionId) => listDeliveries(store, executionId),
    approvals: (status) => listApprovals(store, { limit: 100, ...(status === undefined ? {} : { status }) }),
    approve: (approvalId, extra = {}) => decide(approvalId, extra),
    reject: (approvalId, note) => decide(approvalId, { decision: { kind: "reject" }, note: note ?? null }),
    async decideNext(kind, note) {
      const pending = await listApprovals(store, { limit: 100, status: "pending" });
      const approval = pending.toSorted((left, right) => (left.id < right.id ? -1 : 1))[0];
      if (approval?.execution_id == null) throw new Error("nothing waits for a decision");
      await decide(approval.id, { decision: { kind }, note: note ?? null });
      return await runner.runHere(approval.execution_id);
    },
    openSecond: ({ store: other = store, ...more } = {}) => open(other, { ...changes, ...more }),
  };
}

/** The options that are parts of the runner. */
function changesOf(options: RunnerBenchOptions): Partial<RunnerParts> {
  const {
    replies: _replies,
    price: _price,
    store: _store,
    dir: _dir,
    extraTools: _extraTools,
    ...changes
  } = options;
  return changes;
}

async function lookUp(handsDir: string, name: string): Promise<HandLookup> {
  if (!existsSync(path.join(handsDir, name))) return { kind: "missing" };
  const folder = await loadHandFolder(path.join(handsDir, name), {
    projectToolsDir: path.join(handsDir, "..", "tools"),
  });
  if (folder.hand === undefined) return { kind: "broken", problems: folder.diagnostics };
  return folder.hand.enabled ? { kind: "ready", hand: folder.hand } : { kind: "disabled", hand: folder.hand };
}

/** A tool of a hand's own that counts its effects in a file, one line each. */
export function countingTool(options: {
  readonly name: string;
  readonly idempotent?: boolean;
  readonly effect?: string;
}): string {
  return `
import { appendFileSync } from "node:fs";
import { defineTool } from "hands";
import { z } from "zod";

export default defineTool({
  name: ${JSON.stringify(options.name)},
  description: "Counts",
  effect: ${JSON.stringify(options.effect ?? "destructive")},
  idempotent: ${options.idempotent ?? false},
  input: z.object({ amount: z.number() }),
  execute(args, context) {
    appendFileSync(context.workspace + "/effects.log", context.idempotencyKey + " " + args.amount + "\\n");
    return { counted: args.amount };
  },
});
`;
}
