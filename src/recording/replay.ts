import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OperatorPolicy } from "../approvals/index.ts";
import type { Channel } from "../channels/index.ts";
import { createChannelSet } from "../channels/index.ts";
import type { HandCodeHost } from "../code/index.ts";
import { createHandCodeHost } from "../code/index.ts";
import type { Environment } from "../core/index.ts";
import {
  createRedactor,
  HandsError,
  readEnvironment,
  silentLogger,
  systemClock,
  systemRandom,
} from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { listMcpServers, loadHandFolder } from "../manifest/index.ts";
import { createEmbeddedQueue } from "../queue/index.ts";
import { HandRunner, NO_PROJECT_LIMITS } from "../runner/index.ts";
import type { Store } from "../store/index.ts";
import {
  insertExecution,
  insertMissingHandStates,
  insertSteps,
  openStore,
  PRIORITY,
  wakeSleepers,
} from "../store/index.ts";
import type { CallableTool, McpServerDefinition } from "../tools/index.ts";
import { createBuiltinTools, createSandbox } from "../tools/index.ts";
import { applyDecisions } from "./apply-decisions.ts";
import { compareRecordings } from "./compare.ts";
import { readRun } from "./create-recording.ts";
import { RecordedResults } from "./recorded-results.ts";
import type { ReplayClock } from "./replay-clock.ts";
import { createReplayClock } from "./replay-clock.ts";
import {
  createMissingTools,
  createRecordedModels,
  standInForCode,
  standInForServers,
  standInForTool,
} from "./stand-ins.ts";
import type { Recording, ReplayResult } from "./types.ts";

/** What a recording is run against. */
export interface ReplayOptions {
  /** The hand's folder: absolute. */
  readonly handDir: string;
  /** The folder of the project's tools: absolute. Default: none. */
  readonly projectToolsDir?: string | null;
  /** The operator's rules. Default: none. */
  readonly policy?: OperatorPolicy;
  /** Names of the project's channels. Default: those that the recording delivered to. */
  readonly channels?: readonly string[];
  /** The project's MCP servers; none of them is started. Default: none. */
  readonly mcpServers?: Readonly<Record<string, McpServerDefinition>>;
  /** Tools beside the built-in ones; none of them is executed. */
  readonly tools?: readonly CallableTool[];
  /** Default: this process's. */
  readonly environment?: Environment;
}

/** Turns of a run that does not come to an end. */
const MOST_TURNS = 10_000;

/**
 * Runs a recording again against a folder of the hand: the real runner, gates and script, over recorded replies, results, decisions and values. Asks
 * no model, executes no tool, delivers nothing; what is written goes to a folder of its own that is removed.
 *
 * Throws: `hand_broken` where the folder has no valid manifest, or nobody trusts it.
 */
export async function replayRecording(recording: Recording, options: ReplayOptions): Promise<ReplayResult> {
  const { hand, diagnostics, fingerprint } = await loadHandFolder(options.handDir, options);
  if (hand === undefined) {
    const first = diagnostics.find(({ severity }) => severity === "error");
    throw new HandsError(
      "hand_broken",
      `${options.handDir} cannot be run: ${first?.message ?? "it is no hand"}`,
      {
        details: { problems: diagnostics },
        hint: "`hands validate` shows every problem with its place.",
      },
    );
  }
  const dir = await mkdtemp(join(tmpdir(), "hands-replay-"));
  const clock = createReplayClock(Date.parse(recording.startedAt));
  const store = await openStore({ db: join(dir, "replay.db"), clock, logger: silentLogger });
  const environment = options.environment ?? readEnvironment();
  const code = createHandCodeHost({
    clock: systemClock,
    logger: silentLogger,
    environment,
    // The script's own lines run, whatever stands in for the rest.
    sandbox: createSandbox({ environment, hidden: [] }),
  });
  try {
    const results = new RecordedResults(recording, { store, clock });
    const { models, model, steps } = createRecordedModels(recording, results);
    const known = [...createTools(), ...(options.tools ?? [])];
    const own = await loadOwnTools(code, hand, fingerprint);
    const mcpServers = options.mcpServers ?? {};
    const servers = listMcpServers(hand, Object.keys(mcpServers));
    const config: HandConfig = { ...hand, name: recording.handName };
    await using runner = new HandRunner({
      store,
      clock,
      logger: silentLogger,
      queue: createEmbeddedQueue(),
      hands: { lookUp: async () => ({ kind: "ready", hand: config }) },
      tools: [
        ...createMissingTools(config, recording, [...known, ...own], servers, results),
        ...known.map((tool) => standInForTool(tool, results)),
      ],
      models,
      code: standInForCode(code, results),
      mcp: standInForServers(recording, results),
      mcpServers,
      channels: createChannelSet(
        (options.channels ?? recording.deliveries.map(({ channel }) => channel)).map(createSilentChannel),
      ),
      policy: options.policy ?? { deny: [], allowsAutoApprove: true, approvers: [] },
      redactor: createRedactor(),
      dataDir: join(dir, "data"),
      projectDir: dir,
      // Given to nothing that runs: a server that is not started may name one.
      readSecrets: (names) => Object.fromEntries(names.map((name) => [name, "recorded"])),
      // Nothing is done again, so nothing is needed.
      findMissing: () => [],
      checkDatabase: async () => ({
        engine: "replay",
        isHealthy: true,
        sizeBytes: null,
        latencyMs: 0,
        details: {},
      }),
      // No tool is executed, so no program is started that it would have to hold.
      sandbox: {
        check: () => ({ isAvailable: true, program: "replay", version: "replay" }),
        open: () => (program) => program,
      },
      nodeId: store.ids.next(),
      maxConcurrent: 1,
      maxInstances: 1,
      limits: NO_PROJECT_LIMITS,
    });
    await insertRecorded(store, recording);
    const isStuck = await runToEnd(runner, { store, clock, recording });
    const got = await readRun(store, await runner.getExecution(recording.executionId));
    const run: Recording = {
      ...got,
      steps: got.steps.map((step) => {
        const place = steps.findIndex(({ index }) => index === step.index);
        return step.kind === "model" ? { ...step, asked: model.asked.get(place) ?? null } : step;
      }),
    };
    const differences = compareRecordings(recording, run);
    return { differences, recording: run, isWhole: !isStuck && !results.isMissing };
  } finally {
    await code.stop();
    await store.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** None where the hand's code cannot be loaded: the run says why. */
async function loadOwnTools(
  code: HandCodeHost,
  hand: HandConfig,
  fingerprint: string,
): Promise<readonly CallableTool[]> {
  if (hand.toolPaths.length === 0) return [];
  const { handDir: dir, name: handName, scriptPath, toolPaths, projectToolsDir } = hand;
  const loaded = await code
    .load({
      handName,
      hash: fingerprint,
      dir,
      scriptPath,
      toolPaths,
      projectToolsDir,
      confinement: { ...hand.sandbox, workspace: null },
    })
    .catch(() => null);
  return loaded?.tools ?? [];
}

function createTools(): readonly CallableTool[] {
  const settings = { programVersion: "replay", clock: systemClock, random: systemRandom, environment: {} };
  return createBuiltinTools(settings);
}

function createSilentChannel(name: string): Channel {
  return { name, destination: name, deliver: async () => null };
}

/** The execution as it stood when it was recorded, with the values that its script drew. */
async function insertRecorded(store: Store, recording: Recording): Promise<void> {
  await store.transaction(async (transaction) => {
    await insertMissingHandStates(transaction, [recording.handName]);
    const row = await insertExecution(transaction, {
      handName: recording.handName,
      trigger: recording.trigger,
      scheduledFor: recording.scheduledFor === null ? null : Date.parse(recording.scheduledFor),
      priority: PRIORITY.manual,
      input: recording.input,
      parameters: recording.parameters,
      eventId: null,
      chain: [],
      retryOf: null,
      notBefore: null,
      isUntrusted: recording.isInputUntrusted,
    });
    if (row === null) throw new HandsError("internal", "the recorded execution was not inserted");
    await transaction.db
      .updateTable("hand_executions")
      .set({ id: recording.executionId, started_at: Date.parse(recording.startedAt) })
      .where("id", "=", row.id)
      .execute();
    const values = recording.steps.flatMap((step) => (step.kind === "value" ? [step] : []));
    await insertSteps(
      transaction,
      values.map((step) => ({
        execution_id: recording.executionId,
        step_index: step.index,
        kind: "value",
        name: step.name,
        status: "done",
        result_json: JSON.stringify(step.value),
      })),
    );
  });
}

/** Gives whether the run waits for something that was never recorded; it is ended there. */
async function runToEnd(
  runner: HandRunner,
  parts: { readonly store: Store; readonly clock: ReplayClock; readonly recording: Recording },
): Promise<boolean> {
  const { store, clock, recording } = parts;
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const row = await runner.runHere(recording.executionId);
    if (row.status === "ended") return false;
    if (row.status === "waiting") {
      const isDecided = await applyDecisions(runner, parts);
      if (isDecided) continue;
      if (row.wake_at !== null) {
        clock.skipTo(row.wake_at);
        await store.transaction((transaction) => wakeSleepers(transaction));
        continue;
      }
    }
    await runner.cancel(recording.executionId, "replay");
    return true;
  }
  return true;
}
