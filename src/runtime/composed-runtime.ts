import type { ApprovalSweeper } from "../approvals/index.ts";
import type { ChannelSet } from "../channels/index.ts";
import type { HandCodeHost } from "../code/index.ts";
import type { Clock, Logger } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { Messaging } from "../messaging/index.ts";
import type { ModelProvider } from "../models/index.ts";
import type { WorkQueue } from "../queue/index.ts";
import type { HandRegistry } from "../registry/index.ts";
import type { HandRunner } from "../runner/index.ts";
import type { HandScheduler } from "../scheduler/index.ts";
import type { Store } from "../store/index.ts";
import { NODE_ROLES } from "../store/index.ts";
import type { CallableTool, McpHost } from "../tools/index.ts";
import type { AuditKeeper } from "./audit/audit-keeper.ts";
import { recordConfiguration } from "./audit/record-configuration.ts";
import type { EventSealer } from "./event-sealer.ts";
import type { FileTriggers } from "./file-triggers.ts";
import { NodePresence } from "./node-presence.ts";
import type { ProjectConfig } from "./project-config.ts";
import type { RetentionKeeper } from "./retention/retention-keeper.ts";
import type { Runtime, RuntimeRoles } from "./runtime.ts";
import type { SharedRequestCounter } from "./shared-request-counter.ts";
import { warnOpenFolder } from "./warn-open-folder.ts";

type Parts = Pick<
  Runtime,
  | "config"
  | "store"
  | "registry"
  | "scheduler"
  | "runner"
  | "models"
  | "tools"
  | "code"
  | "mcp"
  | "channels"
  | "messaging"
  | "nodeId"
>;

/** The parts of one process, started and stopped in the order that they need. */
export class ComposedRuntime implements Runtime {
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
  readonly messaging: Messaging;
  readonly nodeId: string;
  readonly #queue: WorkQueue;
  readonly #sweeper: ApprovalSweeper;
  readonly #sealer: EventSealer;
  readonly #retention: RetentionKeeper;
  readonly #audit: AuditKeeper;
  readonly #fileTriggers: FileTriggers;
  readonly #counter: SharedRequestCounter | null;
  readonly #ownsStore: boolean;
  readonly #logger: Logger;
  readonly #presence: NodePresence;
  readonly #watching = new AbortController();
  #stopping: Promise<void> | undefined;

  constructor(
    parts: Parts,
    own: {
      readonly queue: WorkQueue;
      readonly sweeper: ApprovalSweeper;
      readonly sealer: EventSealer;
      readonly retention: RetentionKeeper;
      readonly audit: AuditKeeper;
      readonly fileTriggers: FileTriggers;
      readonly counter: SharedRequestCounter | null;
      readonly clock: Clock;
      readonly logger: Logger;
      readonly ownsStore: boolean;
    },
  ) {
    this.config = parts.config;
    this.store = parts.store;
    this.registry = parts.registry;
    this.scheduler = parts.scheduler;
    this.runner = parts.runner;
    this.models = parts.models;
    this.tools = parts.tools;
    this.code = parts.code;
    this.mcp = parts.mcp;
    this.channels = parts.channels;
    this.messaging = parts.messaging;
    this.nodeId = parts.nodeId;
    this.#queue = own.queue;
    this.#sweeper = own.sweeper;
    this.#sealer = own.sealer;
    this.#retention = own.retention;
    this.#audit = own.audit;
    this.#fileTriggers = own.fileTriggers;
    this.#counter = own.counter;
    this.#ownsStore = own.ownsStore;
    this.#logger = own.logger;
    this.#presence = new NodePresence({
      store: parts.store,
      registry: parts.registry,
      nodeId: parts.nodeId,
      maxConcurrent: parts.config.maxConcurrent,
      clock: own.clock,
      logger: own.logger,
      countActive: () => parts.runner.running.length,
      onOutdated: (schema) => this.#standDown(schema),
    });
  }

  get isOutdated(): boolean {
    return this.#presence.isOutdated;
  }

  async join(): Promise<void> {
    await this.#presence.start(["command"]);
  }

  async start(roles: RuntimeRoles = {}): Promise<void> {
    await this.registry.watch({ signal: this.#watching.signal });
    const { scheduler = true, worker = true, server = false } = roles;
    await this.#presence.start(
      NODE_ROLES.filter((role) => ({ scheduler, worker, server, command: false })[role]),
    );
    // Before anything else runs: delays that passed while nobody was there begin anew.
    await this.#sweeper.start();
    this.#sealer.start();
    this.#retention.start();
    this.#audit.start();
    await warnOpenFolder(this.config.dataDir, this.#logger);
    await recordConfiguration(this.store, this.config, this.nodeId);
    if (!this.isOutdated) await this.messaging.start();
    if (worker && !this.isOutdated) await this.runner.start();
    if (scheduler && !this.isOutdated) {
      await this.scheduler.start();
      await this.#fileTriggers.start();
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** The schema is newer than this program: what it serves it goes on serving, and everything else is for the newer ones. */
  #standDown({ current, known }: { readonly current: number; readonly known: number }): void {
    this.#logger.error(
      `A newer version of hands has changed the database (schema ${current}; this one knows ${known}): this process takes no more work.`,
      { hint: "Stop it, and start the newer version in its place." },
    );
    this.#stopWork().catch((error: unknown) => {
      this.#logger.error("The work of this process could not be handed over.", {
        error: describeError(error),
      });
    });
  }

  async #stopWork(): Promise<void> {
    await this.scheduler.stop();
    await this.#fileTriggers.stop();
    await this.runner.stop();
    await this.#retention.stop();
    await this.#audit.stop();
    await this.messaging.stop();
    await this.#sweeper.stop();
  }

  async #stop(): Promise<void> {
    this.#watching.abort();
    await this.#stopWork();
    await this.#presence.stop();
    await this.code.stop();
    await this.mcp.stop();
    await this.#counter?.stop();
    await this.#sealer.stop();
    await this.registry.close();
    await this.#queue.close();
    if (this.#ownsStore) await this.store.close();
  }
}
