import { createApprovalSweeper, settleRestoredStore } from "../approvals/index.ts";
import type { ChannelSet } from "../channels/index.ts";
import type { HandCodeHost } from "../code/index.ts";
import { createHandCodeHost } from "../code/index.ts";
import type { Clock, Logger } from "../core/index.ts";
import {
  createIdSource,
  createRedactingLogger,
  createRedactor,
  readEnvironment,
  silentLogger,
  systemClock,
  systemRandom,
} from "../core/index.ts";
import { addNotice, listDestinations, listNoticeChannels, Messaging } from "../messaging/index.ts";
import type { ModelProvider } from "../models/index.ts";
import { createModelProvider } from "../models/index.ts";
import type { WorkQueue } from "../queue/index.ts";
import { createWorkQueue } from "../queue/index.ts";
import { HandRegistry } from "../registry/index.ts";
import { HandRunner, NO_PROJECT_LIMITS } from "../runner/index.ts";
import { HandScheduler } from "../scheduler/index.ts";
import type { Store } from "../store/index.ts";
import { openStore } from "../store/index.ts";
import type { CallableTool, McpHost } from "../tools/index.ts";
import { createBuiltinTools, createMcpHost } from "../tools/index.ts";
import { AuditKeeper } from "./audit/audit-keeper.ts";
import { checkDatabase } from "./check-database.ts";
import { ComposedRuntime } from "./composed-runtime.ts";
import { createChannels } from "./create-channels.ts";
import { EventSealer } from "./event-sealer.ts";
import { FileTriggers } from "./file-triggers.ts";
import { findMissingRequirements } from "./find-missing-requirements.ts";
import { inspectHand } from "./inspect-hand.ts";
import { listSecretValues } from "./list-secret-values.ts";
import { openMachineSandbox } from "./machine-sandbox.ts";
import { pickSecrets } from "./pick-secrets.ts";
import { PROGRAM_BUILD, PROGRAM_VERSION } from "./program-version.ts";
import type { ProjectConfig } from "./project-config.ts";
import { readOwnTools } from "./read-own-tools.ts";
import { KEEP_EVERYTHING } from "./retention/read-retention.ts";
import { RetentionKeeper } from "./retention/retention-keeper.ts";
import type { RuntimeOptions } from "./runtime-options.ts";
import { SharedRequestCounter } from "./shared-request-counter.ts";

/** Which of its jobs a process does. */
export interface RuntimeRoles {
  /** Lets hands fire. Default: true. */
  readonly scheduler?: boolean;
  /** Runs executions and makes deliveries. Default: true. */
  readonly worker?: boolean;
  /** Serves the API: others are told so. Default: false. */
  readonly server?: boolean;
}

/** Everything, put together for one process. */
export interface Runtime extends AsyncDisposable {
  readonly config: ProjectConfig;
  readonly store: Store;
  readonly registry: HandRegistry;
  readonly scheduler: HandScheduler;
  readonly runner: HandRunner;
  readonly models: ModelProvider;
  readonly tools: readonly CallableTool[];
  readonly code: HandCodeHost;
  readonly mcp: McpHost;
  readonly channels: ChannelSet;
  /** Requests for decisions that go out through channels, and decisions that come back. */
  readonly messaging: Messaging;
  /** Names this start of this process. */
  readonly nodeId: string;
  /** Has a newer program changed the database's schema? Then it takes no more work. */
  readonly isOutdated: boolean;
  /** Shows this process to the others as one that runs what somebody asked for, and nothing by itself. */
  join(): Promise<void>;
  /** Loads and watches the hands, lets time decide requests, and does the jobs of its roles. */
  start(roles?: RuntimeRoles): Promise<void>;
  /** Begins nothing new, lets steps under way finish, and closes what it opened. Any number of calls. */
  stop(): Promise<void>;
}

/** Builds a runtime from a project's configuration. Opens the store; loads and starts nothing. */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { config, clock = systemClock, environment = readEnvironment(), standIns } = options;
  const secretValues = listSecretValues(config, environment);
  const redactor = createRedactor(secretValues);
  const logger = createRedactingLogger(options.logger ?? silentLogger, redactor);
  const channels = options.channels ?? createChannels(config, { clock, logger });
  const destinations = listDestinations(channels, config.notify ?? null);
  const alerts = {
    channels:
      config.alerts?.isEnabled === false ? [] : listNoticeChannels(channels, config.alerts?.channels ?? null),
    digest: config.alerts?.digest ?? null,
  };
  const ids = createIdSource(clock, systemRandom);
  const store = options.store ?? (await openStore({ db: config.db, clock, logger, ids, isChecked: true }));
  const askedCount = await settleRestoredStore(store);
  if (askedCount !== null) {
    logger.warn(
      "This database was restored from a backup: everything is paused, and what was under way is asked about. `hands resume --all` lets it go on.",
      { unknown: askedCount },
    );
  }
  const nodeId = ids.next();
  const tools = [
    ...createBuiltinTools({ programVersion: PROGRAM_VERSION, clock, random: systemRandom, environment }),
    ...(options.tools ?? []),
  ].map((tool) => standIns?.tool(tool) ?? tool);
  const toolNames = tools.map((tool) => tool.descriptor.name);
  const counter = store.capabilities.isShared
    ? new SharedRequestCounter({ store, clock, logger, nodeId })
    : null;
  const models =
    options.models ??
    createModelProvider({
      settings: config.model,
      environment,
      clock,
      prices: config.modelPrices,
      ...(counter === null ? {} : { counter }),
    });
  const sandbox = openMachineSandbox(config, environment);
  const realCode = createHandCodeHost({ clock, logger, environment, secretValues, sandbox });
  const code = standIns?.code(realCode) ?? realCode;
  const realMcp = createMcpHost({
    clock,
    logger,
    environment,
    programVersion: PROGRAM_VERSION,
    fetch: (url, init) => globalThis.fetch(url, init),
    redact: redactor.text,
  });
  const mcp = standIns?.mcp(realMcp) ?? realMcp;
  const queue = await createQueue(options, store, { clock, logger });
  const registry = new HandRegistry({
    handsDir: config.handsDir,
    projectToolsDir: config.toolsDir ?? null,
    store,
    clock,
    logger,
    program: PROGRAM_BUILD,
    tools: tools.map((tool) => tool.descriptor),
    ...(options.checksCode === true
      ? { readOwnTools: (hand, fingerprint) => readOwnTools(hand, fingerprint, code, toolNames) }
      : {}),
    mcpServers: Object.keys(config.mcp ?? {}),
    inspect: (hand) =>
      inspectHand(hand, {
        models,
        channels: config.channels,
        mcpServers: Object.keys(config.mcp ?? {}),
        folders: config,
        sandbox,
      }),
    wake: (transaction, row) => queue.send(transaction, { executionId: row.id, priority: row.priority }),
  });
  const runner = new HandRunner({
    store,
    clock,
    logger,
    queue,
    hands: registry,
    tools,
    models,
    code,
    mcp,
    mcpServers: config.mcp ?? {},
    channels,
    policy: config.policy,
    redactor,
    dataDir: config.dataDir,
    projectDir: config.projectDir,
    readSecrets: (names) => {
      const picked = pickSecrets(config.secrets, environment, names);
      redactor.add(Object.values(picked));
      return picked;
    },
    findMissing: (hand) => findMissingRequirements(hand, { environment, secrets: config.secrets }),
    checkDatabase: () => checkDatabase(store, config.db, clock),
    sandbox,
    nodeId,
    maxConcurrent: config.maxConcurrent,
    maxInstances: options.maxInstances ?? 1,
    deliversOutput: standIns === undefined,
    limits: config.limits ?? NO_PROJECT_LIMITS,
    autoApproveClock: destinations.length > 0 ? "starts_on_delivery" : "starts_now",
  });
  const messaging = new Messaging({
    store,
    clock,
    logger,
    random: systemRandom,
    channels,
    destinations,
    policy: config.policy,
    redactor,
    nodeId,
    publicUrl: config.server.publicUrl ?? null,
    alerts,
    decide: (input) => runner.decide(input),
  });
  const scheduler = new HandScheduler(registry, {
    startExecution: (transaction, request) => runner.startExecution(transaction, request),
    withPlace: (handName, work) => runner.withPlace(handName, work),
    clock,
    logger,
    ...(options.maxInstances === undefined ? {} : { maxInstances: options.maxInstances }),
  });
  const sweeper = createApprovalSweeper({
    store,
    clock,
    logger,
    wake: (transaction, executionId) => runner.wake(transaction, executionId),
    onExpired: (transaction, approval) => runner.startAfterExpiry(transaction, approval),
    isAutoApproveAllowed: () => config.policy.allowsAutoApprove,
  });
  const sealer = new EventSealer({ store, clock, logger });
  const retention = new RetentionKeeper({
    store,
    clock,
    logger,
    policy: config.retention ?? KEEP_EVERYTHING,
    dataDir: config.dataDir,
  });
  const audit = new AuditKeeper({ store, clock, logger, settings: config.audit ?? null, say: addNotice });
  const { projectDir, handsDir } = config;
  const fileTriggers = new FileTriggers({ store, clock, logger, runner, projectDir, handsDir });
  return new ComposedRuntime(
    { config, store, registry, scheduler, runner, models, tools, code, mcp, channels, messaging, nodeId },
    {
      queue,
      sweeper,
      sealer,
      retention,
      audit,
      fileTriggers,
      counter,
      clock,
      logger,
      ownsStore: options.store === undefined,
    },
  );
}

/** The store is not left open where there is no queue for it. */
async function createQueue(
  { config, store: given }: RuntimeOptions,
  store: Store,
  parts: { readonly clock: Clock; readonly logger: Logger },
): Promise<WorkQueue> {
  try {
    return await createWorkQueue({ db: config.db, store, ...parts });
  } catch (error) {
    if (given === undefined) await store.close();
    throw error;
  }
}
