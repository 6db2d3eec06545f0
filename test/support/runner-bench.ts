import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { createChannelSet } from "../../src/channels/index.ts";
import { createHandCodeHost } from "../../src/code/index.ts";
import { createRedactor, silentLogger, systemClock, systemRandom } from "../../src/core/index.ts";
import { loadHandFolder } from "../../src/manifest/index.ts";
import type { ScriptedModelOptions } from "../../src/models/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import { createEmbeddedQueue } from "../../src/queue/index.ts";
import type { HandLookup, RunnerParts } from "../../src/runner/index.ts";
import { HandRunner } from "../../src/runner/index.ts";
import type { ApprovalRow, ExecutionRow, StepRow, Store } from "../../src/store/index.ts";
import { listApprovals, listSteps, openStore } from "../../src/store/index.ts";
import { createBuiltinTools } from "../../src/tools/index.ts";

/** A runner over a real store, real hand folders and real workers; only the model is scripted. */
export interface RunnerBench {
  readonly dir: string;
  readonly store: Store;
  readonly runner: HandRunner;
  readonly parts: RunnerParts;
  /** Writes a hand's files; what was there under other names stays. */
  writeHand(name: string, files: Readonly<Record<string, string>>): void;
  removeHand(name: string): void;
  /** Triggers a hand and runs it here until it ends or waits. */
  run(name: string, request?: Parameters<HandRunner["trigger"]>[1]): Promise<ExecutionRow>;
  steps(executionId: string): Promise<readonly StepRow[]>;
  approvals(status?: ApprovalRow["status"]): Promise<readonly ApprovalRow[]>;
  approve(
    approvalId: string,
    extra?: Partial<Parameters<HandRunner["decide"]>[0]>,
  ): ReturnType<HandRunner["decide"]>;
  reject(approvalId: string, note?: string): ReturnType<HandRunner["decide"]>;
  /** Another runner on the same store, as another process is one. */
  openSecond(
    changes?: Partial<RunnerParts>,
  ): Promise<{ readonly runner: HandRunner; readonly parts: RunnerParts }>;
}

export interface RunnerBenchOptions extends Partial<Omit<RunnerParts, "store" | "models">> {
  readonly replies?: ScriptedModelOptions["replies"];
  readonly price?: ScriptedModelOptions["price"];
  readonly models?: RunnerParts["models"];
  readonly store?: Store;
  readonly dir?: string;
}

export async function openRunnerBench(options: RunnerBenchOptions = {}): Promise<RunnerBench> {
  const dir = options.dir ?? mkdtempSync(path.join(tmpdir(), "hands-runner-"));
  const handsDir = path.join(dir, "hands");
  mkdirSync(handsDir, { recursive: true });
  const db = path.join(dir, "data", "hands.db");
  const closers: (() => Promise<void>)[] = [];

  async function open(store: Store, changes: Partial<RunnerParts>) {
    const code = createHandCodeHost({
      clock: systemClock,
      logger: silentLogger,
      environment: { PATH: process.env["PATH"] },
    });
    const parts: RunnerParts = {
      store,
      clock: systemClock,
      logger: silentLogger,
      queue: createEmbeddedQueue(),
      hands: { lookUp: (name) => lookUp(handsDir, name) },
      tools: createBuiltinTools({
        programVersion: "test",
        clock: systemClock,
        random: systemRandom,
        environment: { PATH: process.env["PATH"] },
      }),
      models: createScriptedProvider(
        createScriptedModel({
          replies: options.replies ?? [],
          price: options.price ?? null,
          clock: systemClock,
        }),
      ),
      code,
      channels: createChannelSet([]),
      policy: { deny: [], allowsAutoApprove: true, approvers: [] },
      redactor: createRedactor(),
      dataDir: path.join(dir, "data"),
      projectDir: dir,
      readSecrets: () => ({}),
      checkDatabase: async () => ({
        engine: "test",
        isHealthy: true,
        sizeBytes: null,
        latencyMs: 0,
        details: {},
      }),
      nodeId: store.ids.next(),
      maxConcurrent: 10,
      maxInstances: 1,
      ...changes,
    };
    const runner = new HandRunner(parts);
    closers.push(async () => {
      await runner.stop();
      await parts.code.stop();
    });
    return { runner, parts };
  }

  const { replies: _replies, price: _price, store: given, dir: _dir, ...changes } = options;
  const store = given ?? (await openStore({ db, clock: changes.clock ?? systemClock, logger: silentLogger }));
  const { runner, parts } = await open(store, changes);
  onTestFinished(async () => {
    for (const close of closers) await close();
    if (given === undefined) await store.close();
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  });

  const decide = (approvalId: string, extra: Partial<Parameters<HandRunner["decide"]>[0]>) =>
    runner.decide({ approvalId, decision: { kind: "approve" }, by: "ann", via: "cli", note: null, ...extra });

  return {
    dir,
    store,
    runner,
    parts,
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
    steps: (executionId) => listSteps(store, executionId),
    approvals: (status) => listApprovals(store, { limit: 100, ...(status === undefined ? {} : { status }) }),
    approve: (approvalId, extra = {}) => decide(approvalId, extra),
    reject: (approvalId, note) => decide(approvalId, { decision: { kind: "reject" }, note: note ?? null }),
    openSecond: (more = {}) => open(store, { ...changes, ...more }),
  };
}

async function lookUp(handsDir: string, name: string): Promise<HandLookup> {
  const folder = await loadHandFolder(path.join(handsDir, name));
  if (folder.hand === undefined) {
    const isMissing = folder.diagnostics.some((diagnostic) => diagnostic.code === "missing_manifest");
    return isMissing ? { kind: "missing" } : { kind: "broken", problems: folder.diagnostics };
  }
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
