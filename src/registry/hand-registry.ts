import { resolve } from "node:path";
import { decideApproval } from "../approvals/index.ts";
import type { Clock, Logger } from "../core/index.ts";
import { describeError, HandsError, silentLogger, systemClock } from "../core/index.ts";
import type { CatalogTool, Diagnostic, HandConfig, ManifestProblem } from "../manifest/index.ts";
import type { Store } from "../store/index.ts";
import {
  findEnabledOverride,
  findHandRow,
  findHandState,
  isAllPaused,
  listExecutions,
  listHandStates,
  listPendingHeads,
  openStore,
  PRIORITY,
} from "../store/index.ts";
import type { NewApprovalRequest } from "./create-approval.ts";
import { createApproval } from "./create-approval.ts";
import { HandNotFoundError, HandRegistryError, HandValidationError } from "./errors.ts";
import type { ReadOwnTools } from "./find-problems.ts";
import type { HandChange } from "./hand-change.ts";
import { isEmptyChange } from "./hand-change.ts";
import type { IndexLook } from "./hand-index.ts";
import { HandIndex } from "./hand-index.ts";
import type { HandJson } from "./hand-json.ts";
import { toHandJson } from "./hand-json.ts";
import { deriveHandStatus } from "./hand-status.ts";
import { HandWatch } from "./hand-watch.ts";
import type { ExecutionLog } from "./log-execution.ts";
import { logExecution } from "./log-execution.ts";
import type { HandLookup } from "./look-up.ts";
import { lookUpEntry } from "./look-up.ts";
import type { ApprovalRequest, HandExecution, HandState } from "./models.ts";
import { freshHandState, toApprovalRequest, toHandExecution, toHandState } from "./models.ts";
import { overrideEnabled } from "./override-enabled.ts";
import type { OperatorNote, WakeExecution } from "./pause.ts";
import { pause, releaseHeldOf, resume } from "./pause.ts";
import { findDueSchedules } from "./settle-paused-fires.ts";
import type { StateFields } from "./update-state.ts";
import { updateState } from "./update-state.ts";

/** What a registry works with. */
export interface HandRegistryOptions {
  /** Default: `hands/`. */
  readonly handsDir?: string;
  /** Path or address of the database. Default: `data/hands.db`. Opened at first use. */
  readonly db?: string;
  /** An open store in place of `db`; it stays open when the registry closes. */
  readonly store?: Store;
  readonly clock?: Clock;
  /** Default: silent. */
  readonly logger?: Logger;
  /** The tools that every hand could be given. Without them nothing about tools is checked. */
  readonly tools?: readonly CatalogTool[];
  /** Names of the project's MCP servers, whose tools a hand may name. Default: none. */
  readonly mcpServers?: readonly string[];
  /** The folder of the project's tools, of which a hand gets those that it names. Default: none. */
  readonly projectToolsDir?: string | null;
  /** Loads a hand's own code for the tools it gives. Without it no code is run, and what depends on it is `unchecked`. */
  readonly readOwnTools?: ReadOwnTools;
  /** Further problems of a hand, as of a model or channel that the project does not have. Default: none. */
  readonly inspect?: (hand: HandConfig) => readonly ManifestProblem[];
  /**
   * Names the build of the program. With it a hand is taken from the store's index while its files are the same and the same build read
   * them. Default: every folder is read at each start.
   */
  readonly program?: string;
  /** False only reads the store's index, as a command that shows what is there. Default: true. */
  readonly ownsIndex?: boolean;
  /** Sends a wake-up for executions that may go on. Without it they are found by the next sweep. */
  readonly wake?: WakeExecution;
}

/** The hands of a folder: found, loaded, watched, indexed in the store; and their states, executions and approvals. */
export class HandRegistry {
  /** Absolute. */
  readonly handsDir: string;
  readonly #options: HandRegistryOptions;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #wake: WakeExecution;
  readonly #index: HandIndex;
  readonly #listeners = new Set<{ readonly call: (change: HandChange) => void }>();
  #opening: Promise<Store> | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isLoaded = false;
  #isClosed = false;
  #stopWatching: (() => Promise<void>) | undefined;

  /** Opens and reads nothing. */
  constructor(options: HandRegistryOptions = {}) {
    const {
      handsDir = "hands/",
      clock = systemClock,
      logger = silentLogger,
      tools,
      mcpServers = [],
    } = options;
    this.handsDir = resolve(handsDir);
    this.#options = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#wake = options.wake ?? (async () => {});
    this.#index = new HandIndex({
      handsDir: this.handsDir,
      ownsIndex: options.ownsIndex ?? true,
      checks: {
        projectToolsDir: options.projectToolsDir ?? null,
        tools: tools === undefined ? null : { tools, mcpServers },
        readOwnTools: options.readOwnTools ?? null,
        inspect: options.inspect ?? (() => []),
      },
      program: options.program ?? null,
      clock,
      logger,
    });
  }

  /**
   * Loads the folder, reading again only what changed. A broken hand keeps no other from loading and is in {@link getProblems}; a missing
   * folder gives what was loaded before, at first nothing, and a warning.
   */
  async loadAll(): Promise<ReadonlyMap<string, HandConfig>> {
    await this.#look();
    return this.#index.hands;
  }

  /** Loads the folder unless it is watched: then it is loaded already, and its edits are followed. */
  async ensureLoaded(): Promise<void> {
    if (this.#stopWatching === undefined) await this.#look();
  }

  /** Throws: {@link HandNotFoundError}; {@link HandValidationError} for a broken hand. */
  getHand(name: string): HandConfig {
    const hand = this.#index.hands.get(name);
    if (hand !== undefined) return hand;
    const entry = this.#index.entries.get(name);
    if (entry !== undefined) throw new HandValidationError(name, entry.problems);
    throw new HandNotFoundError(name, this.#index.entries.keys());
  }

  /** Healthy hands, enabled or not, by folder. */
  listHands(): readonly HandConfig[] {
    return [...this.#index.hands.values()];
  }

  getEnabledHands(): readonly HandConfig[] {
    return this.listHands().filter(({ enabled }) => enabled);
  }

  getScheduledHands(): readonly HandConfig[] {
    return this.getEnabledHands().filter(({ schedule }) => schedule !== null);
  }

  /** Errors and warnings by the hand's name, or by path where there is no name. */
  getProblems(): ReadonlyMap<string, readonly Diagnostic[]> {
    return this.#index.listProblems();
  }

  /** What is known of a name now. Loads first where nothing was loaded yet. */
  async lookUp(name: string): Promise<HandLookup> {
    const store = await this.openStore();
    if (!this.#isLoaded) await this.#look();
    const override = await findEnabledOverride(store, name);
    const entry = this.#index.entries.get(name);
    if (entry !== undefined && !entry.isTaken) return lookUpEntry(entry, override);
    const row = await findHandRow(store, name);
    if (row === undefined) return { kind: "missing" };
    const { lookUpRow } = await import("./look-up-row.ts");
    return lookUpRow(row, override);
  }

  /** Every hand of the folder as lists show it, broken ones included, by name. */
  async listEntries(): Promise<readonly HandJson[]> {
    const store = await this.openStore();
    if (!this.#isLoaded) await this.#look();
    const [states, isPaused] = await Promise.all([listHandStates(store), isAllPaused(store)]);
    const byName = new Map(states.map((state) => [state.hand_name, state]));
    return [...this.#index.entries.values()]
      .map((entry) => {
        const state = byName.get(entry.name);
        const isEnabled = this.#index.isEnabled(entry);
        const { name, hand, problems } = entry;
        const status = deriveHandStatus({ isEnabled, problems, isAllPaused: isPaused, state });
        return toHandJson({ name, hand, isEnabled, status, problems, state });
      })
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  }

  /** The state of a hand; of an unknown one a fresh, idle state. */
  async getState(name: string): Promise<HandState> {
    const store = await this.openStore();
    const [state, isPaused] = await Promise.all([findHandState(store, name), isAllPaused(store)]);
    const entry = this.#index.entries.get(name);
    const status = deriveHandStatus({
      isEnabled:
        state?.enabled_override == null ? entry?.hand?.enabled !== false : state.enabled_override === 1,
      problems: entry?.problems ?? [],
      isAllPaused: isPaused && (state !== undefined || entry !== undefined),
      state,
    });
    return state === undefined ? freshHandState(name, status) : toHandState(state, status);
  }

  async updateState(name: string, fields: StateFields): Promise<void> {
    await (await this.openStore()).transaction((transaction) => updateState(transaction, name, fields));
  }

  /** Records a run that has ended. Returns its id. */
  async logExecution(log: ExecutionLog): Promise<string> {
    const store = await this.openStore();
    return await store.transaction((transaction) => logExecution(transaction, log));
  }

  /** Newest first. `limit` is at most 1,000. */
  async getRecentExecutions(handName?: string, limit = 50): Promise<readonly HandExecution[]> {
    const store = await this.openStore();
    const rows = await listExecutions(store, { limit, ...(handName === undefined ? {} : { handName }) });
    return rows.map(toHandExecution);
  }

  async createApproval(request: NewApprovalRequest): Promise<ApprovalRequest> {
    const store = await this.openStore();
    return toApprovalRequest(await store.transaction((transaction) => createApproval(transaction, request)));
  }

  /** Newest first, without what has expired. */
  async getPendingApprovals(): Promise<readonly ApprovalRequest[]> {
    const store = await this.openStore();
    return (await listPendingHeads(store, store.nowMs())).map(toApprovalRequest);
  }

  /** Decides a request. True for exactly one call, and never for one that is unknown or too late. */
  async resolveApproval(approvalId: string, approved: boolean, resolvedBy = "library"): Promise<boolean> {
    const store = await this.openStore();
    try {
      const { won } = await decideApproval(
        store,
        {
          approvalId,
          decision: { kind: approved ? "approve" : "reject" },
          by: resolvedBy,
          via: "library",
          note: null,
        },
        { wake: (transaction, id) => this.#wake(transaction, { id, priority: PRIORITY.resumed }) },
      );
      return won;
    } catch (error) {
      if (error instanceof HandsError && error.code === "approval_not_found") return false;
      throw error;
    }
  }

  /** Lets a hand run that its manifest disables. False where it is enabled already. Throws: {@link HandNotFoundError}. */
  async enable(name: string, by = "library"): Promise<boolean> {
    return await this.#override(name, true, by);
  }

  /** Keeps a hand from running that its manifest enables. False where it is disabled already. Throws: {@link HandNotFoundError}. */
  async disable(name: string, by = "library"): Promise<boolean> {
    return await this.#override(name, false, by);
  }

  /** Pauses a hand, or everything (null), durably. False where it was already. Throws: {@link HandNotFoundError}. */
  async pause(name: string | null, note: OperatorNote = {}): Promise<boolean> {
    const store = await this.openStore();
    if (name !== null) await this.#assertKnown(store, name);
    return await pause(store, name, note);
  }

  /** Ends a pause, of a hand or of everything (null). False where there was none. Throws: {@link HandNotFoundError}. */
  async resume(name: string | null, note: OperatorNote = {}): Promise<boolean> {
    const store = await this.openStore();
    if (name !== null) await this.#assertKnown(store, name);
    const due = await findDueSchedules(store, name, (hand) => this.#index.hands.get(hand));
    return await resume(store, name, note, { due, wake: this.#wake });
  }

  /** Tells of edits, and of hands that were enabled or disabled. Returns the way to stop listening. */
  onReload(listener: (change: HandChange) => void): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Loads, and reloads within a second what is edited, until the signal aborts or the registry closes. */
  async watch({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const store = await this.openStore();
    await this.#look();
    if (this.#stopWatching !== undefined || signal?.aborted) return;
    let hasForeignNews = true;
    const stopListening = store.onChange(({ origin }) => {
      if (origin === "foreign") hasForeignNews = true;
    });
    const watch = new HandWatch({
      clock: this.#clock,
      logger: this.#logger,
      listDirectories: () => this.#index.listDirectories(),
      look: async () => {
        await this.#look();
        if (!hasForeignNews) return;
        hasForeignNews = false;
        await this.#follow(store, await this.#index.readOverrides(store));
      },
    });
    const stop = async () => {
      stopListening();
      await watch.stop();
      if (this.#stopWatching === stop) this.#stopWatching = undefined;
    };
    this.#stopWatching = stop;
    signal?.addEventListener("abort", () => void stop(), { once: true });
    watch.start();
  }

  /** Stops watching, waits for a look under way, and closes the store if the registry opened it. Any number of calls. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#stopWatching?.();
    await this.#looking.catch(() => {});
    const opening = this.#opening;
    this.#opening = undefined;
    if (this.#options.store === undefined) await (await opening?.catch(() => undefined))?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The store, opened at first use. Throws: `store_failed`, `store_too_new`, `stopping` after `close`. */
  async openStore(): Promise<Store> {
    if (this.#isClosed) throw new HandRegistryError("stopping", "the registry is closed");
    if (this.#options.store !== undefined) return this.#options.store;
    const { db = "data/hands.db" } = this.#options;
    const opening = this.#opening ?? openStore({ db, clock: this.#clock, logger: this.#logger });
    this.#opening = opening;
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    return await opening;
  }

  /** One look after the other: a caller sees every edit that was made before the call. */
  async #look(): Promise<void> {
    const store = await this.openStore();
    const look = this.#looking
      .catch(() => {})
      .then(async () => {
        await this.#follow(store, await this.#index.look(store));
        this.#isLoaded = true;
      });
    this.#looking = look;
    await look;
  }

  async #follow(store: Store, { change, runnable }: IndexLook): Promise<void> {
    // Who only looks at the index lets nothing go; its store may be open for reading alone.
    if (runnable.length > 0 && this.#options.ownsIndex !== false) {
      await releaseHeldOf(store, new Set(runnable), this.#wake);
    }
    if (isEmptyChange(change)) return;
    for (const listener of [...this.#listeners]) {
      try {
        listener.call(change);
      } catch (error) {
        this.#logger.error("A listener to changes of hands threw.", { error: describeError(error) });
      }
    }
  }

  async #override(handName: string, isEnabled: boolean, by: string): Promise<boolean> {
    const store = await this.openStore();
    await this.#assertKnown(store, handName);
    const entry = this.#index.entries.get(handName);
    const row = entry === undefined ? await findHandRow(store, handName) : undefined;
    const isEnabledInManifest = entry === undefined ? row?.enabled !== 0 : entry.hand?.enabled !== false;
    const wanted = { handName, isEnabled, isEnabledInManifest, by };
    const hasChanged = await overrideEnabled(store, wanted, this.#wake);
    if (hasChanged) await this.#follow(store, await this.#index.readOverrides(store));
    return hasChanged;
  }

  async #assertKnown(store: Store, name: string): Promise<void> {
    if (this.#index.entries.has(name) || (await findHandRow(store, name)) !== undefined) return;
    if (!this.#isLoaded) await this.#look();
    if (this.#index.entries.has(name)) return;
    throw new HandNotFoundError(name, this.#index.entries.keys());
  }
}
