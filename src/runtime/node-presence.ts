import { hostname } from "node:os";
import type { Clock, ClockTimer, Logger } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { HandRegistry } from "../registry/index.ts";
import type { NodeRole, Store } from "../store/index.ts";
import {
  BEAT_EVERY_MS,
  beatNode,
  deleteNodes,
  insertNode,
  putNodeHands,
  readSchemaNumbers,
  stopNode,
} from "../store/index.ts";
import { FolderVersions } from "./folder-versions.ts";
import { PROGRAM_VERSION } from "./program-version.ts";

/** Executions of a process that stopped are still to be shown with its host. */
const KEPT_MS = 30 * 86_400_000;
/** Which versions of its hands a process has is told a little later: their files are all read for it, and a start has more urgent work. */
const HANDS_NOTED_AFTER_MS = 1000;

export interface NodePresenceParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly registry: HandRegistry;
  readonly nodeId: string;
  readonly maxConcurrent: number;
  readonly countActive: () => number;
  /** Called once, when a newer program has changed the schema. */
  readonly onOutdated: (schema: { readonly current: number; readonly known: number }) => void;
}

/** Shows this process to the others that share the store, and notices when it has become too old for it. */
export class NodePresence {
  readonly #parts: NodePresenceParts;
  readonly #versions = new FolderVersions();
  #timer: ClockTimer | undefined;
  #work: Promise<void> = Promise.resolve();
  #state: "new" | "present" | "stopped" = "new";
  #isOutdated = false;
  #areHandsKnown = false;
  #handsHash = "";
  #stopListening: (() => void) | undefined;

  constructor(parts: NodePresenceParts) {
    this.#parts = parts;
  }

  /** Has a newer program changed the schema? Then this process takes no more work. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  /** Resolves when the others can see it. */
  async start(roles: readonly NodeRole[]): Promise<void> {
    if (this.#state !== "new") return;
    this.#state = "present";
    const { store, registry, nodeId, maxConcurrent } = this.#parts;
    await store.transaction(async (transaction) => {
      await deleteNodes(transaction, transaction.nowMs - KEPT_MS);
      await insertNode(transaction, {
        id: nodeId,
        host_name: hostname(),
        pid: process.pid,
        roles_json: JSON.stringify(roles),
        program_version: PROGRAM_VERSION,
        hands_dir: registry.handsDir,
        max_active: maxConcurrent,
      });
    });
    this.#stopListening = registry.onReload(() => {
      this.#areHandsKnown = false;
    });
    this.#work = this.#sayAliveAgain(HANDS_NOTED_AFTER_MS);
  }

  /** Says that it stops; resolves when nothing of it runs any more. */
  async stop(): Promise<void> {
    if (this.#state !== "present") return;
    this.#state = "stopped";
    this.#timer?.cancel();
    this.#stopListening?.();
    await this.#work;
    const { store, nodeId, logger } = this.#parts;
    try {
      await store.transaction((transaction) => stopNode(transaction, nodeId));
    } catch (error) {
      logger.warn("The others could not be told that this process stops.", { error: describeError(error) });
    }
  }

  async #beat(): Promise<void> {
    try {
      await this.#noteHands();
    } catch (error) {
      this.#sayFailed(error);
    }
    await this.#sayAliveAgain(BEAT_EVERY_MS);
  }

  async #sayAliveAgain(pauseMs: number): Promise<void> {
    try {
      await this.#sayAlive();
    } catch (error) {
      this.#sayFailed(error);
    }
    if (this.#state !== "present") return;
    this.#timer = this.#parts.clock.setTimer(pauseMs, () => {
      this.#work = this.#beat();
    });
  }

  #sayFailed(error: unknown): void {
    // Whoever reads the table sees it: the instant it was last seen stays behind.
    this.#parts.logger.debug("could not say that this process is alive", { error: describeError(error) });
  }

  async #sayAlive(): Promise<void> {
    const { store, nodeId, countActive, onOutdated } = this.#parts;
    const schema = await store.transaction(async (transaction) => {
      const found = await readSchemaNumbers(transaction);
      const isOutdated = found.current > found.known;
      await beatNode(transaction, nodeId, { activeCount: countActive(), isOutdated });
      return found;
    });
    if (schema.current <= schema.known || this.#isOutdated) return;
    this.#isOutdated = true;
    onOutdated(schema);
  }

  async #noteHands(): Promise<void> {
    if (this.#areHandsKnown) return;
    this.#areHandsKnown = true;
    const { store, registry, nodeId } = this.#parts;
    const hands = await this.#versions.read(registry.listHands());
    if (hands.hash === this.#handsHash) return;
    await store.transaction((transaction) => putNodeHands(transaction, nodeId, hands));
    this.#handsHash = hands.hash;
  }
}
