import { compileGates, mergeGates } from "../approvals/index.ts";
import type { JsonObject } from "../core/index.ts";
import { describeError, toHandsError } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { compileWhen } from "../manifest/index.ts";
import type { ExecutionRow, StoreTransaction } from "../store/index.ts";
import { findExecution } from "../store/index.ts";
import { boundResult } from "../tools/index.ts";
import { assertRequirements } from "./assert-requirements.ts";
import type { BrainResult } from "./brain-result.ts";
import type { DayBudget } from "./budgets.ts";
import type { ClaimedExecution } from "./claim.ts";
import type { CollectedTools } from "./collect-tools.ts";
import { collectTools, loadCode } from "./collect-tools.ts";
import type { ExecutionEnd } from "./end-execution.ts";
import { endExecution, wakeHeld } from "./end-execution.ts";
import { writeFenced } from "./fenced-write.ts";
import { Journal } from "./journal.ts";
import { Lease } from "./lease.ts";
import type { LeaseKeeper } from "./lease-keeper.ts";
import type { LiveTexts } from "./live-texts.ts";
import { runModelBrain } from "./model-brain.ts";
import { parkExecution } from "./park-execution.ts";
import { planDeliveries } from "./plan-deliveries.ts";
import { renderOutput } from "./render-output.ts";
import { calculateRetryAt } from "./retry-policy.ts";
import type { RunContext } from "./run-context.ts";
import { RunSignals } from "./run-signals.ts";
import { runScriptBrain } from "./script-brain.ts";
import type { RunnerParts } from "./types.ts";
import type { HandVersion, VersionKeeper } from "./version-keeper.ts";
import { workspaceOf } from "./workspace.ts";

/** One taking of one execution by this process, from the claim until it ends, waits, or is lost. */
export class ExecutionRun {
  readonly executionId: string;
  readonly #parts: RunnerParts;
  readonly #versions: VersionKeeper;
  readonly #leases: LeaseKeeper;
  readonly #texts: LiveTexts;
  readonly #claimed: ClaimedExecution;
  readonly #row: ExecutionRow;
  readonly #lease: Lease;
  readonly #startedMs: number;
  readonly #onText: (text: string) => void;
  #signals: RunSignals | undefined;
  #tools: CollectedTools | undefined;
  #context: RunContext | undefined;
  #mustStop = false;
  #wakeAt: number | null = null;

  constructor(
    parts: RunnerParts,
    keepers: {
      readonly versions: VersionKeeper;
      readonly leases: LeaseKeeper;
      readonly texts: LiveTexts;
    },
    claimed: ClaimedExecution,
    onText: (text: string) => void = () => {},
  ) {
    const { row } = claimed;
    this.executionId = row.id;
    this.#parts = parts;
    this.#versions = keepers.versions;
    this.#leases = keepers.leases;
    this.#texts = keepers.texts;
    this.#claimed = claimed;
    this.#row = row;
    const taken = { executionId: row.id, handName: row.hand_name, fence: row.fence };
    this.#lease = new Lease(parts.clock, taken, claimed.sentAt);
    this.#startedMs = parts.clock.monotonicMs();
    this.#onText = onText;
  }

  /** Once it has run: the instant at which it goes on by itself, where it waits for one. */
  get wakeAt(): number | null {
    return this.#wakeAt;
  }

  /** Somebody else may have changed the execution. */
  poke(): void {
    this.#signals?.poke();
  }

  /** The process is about to stop: steps under way may finish. */
  stopSoon(): void {
    this.#mustStop = true;
    this.#signals?.stopSoon();
  }

  /** The process stops now. */
  stop(): void {
    this.#mustStop = true;
    this.#signals?.stop();
  }

  /** Resolves when this process has nothing more to do with the execution. Never throws: what went wrong is in the record or the log. */
  async run(): Promise<void> {
    this.#leases.add(this.#lease);
    try {
      await this.#runBrain();
    } catch (error) {
      await this.#conclude(error).catch((failure: unknown) => {
        this.#parts.logger.error("an execution could not be brought to its end; its lease will pass", {
          execution: this.executionId,
          error: describeError(failure),
        });
      });
    } finally {
      this.#tools?.release();
      this.#signals?.dispose();
      this.#leases.remove(this.#lease);
    }
  }

  async #runBrain(): Promise<void> {
    const version = await this.#versions.open(this.#row.hand_name, this.#row.version_hash ?? "");
    const context = await this.#createContext(version);
    for (;;) {
      const result = await this.#think(context);
      context.signal.throwIfAborted();
      if (await this.#settle(context, result)) return;
      await this.#signals?.checkCancel();
      await context.journal.refresh();
    }
  }

  async #think(context: RunContext): Promise<BrainResult> {
    const output = await this.#readKeptOutput(context);
    if (output !== null) return { kind: "finished", output };
    if (context.version.config.scriptPath === null) return await runModelBrain(context);
    return await runScriptBrain(context, await loadCode(this.#parts, context.version, context.workspace));
  }

  /** What the brain came to before its delivery was asked about: a second turn of it might come to something else. */
  async #readKeptOutput(context: RunContext): Promise<string | null> {
    if (!context.journal.steps.some((step) => step.kind === "delivery")) return null;
    return (await findExecution(this.#parts.store, this.executionId))?.output ?? null;
  }

  /** Ends or parks; false where something was decided meanwhile and the brain has to look again. */
  async #settle(context: RunContext, result: BrainResult): Promise<boolean> {
    switch (result.kind) {
      case "failed":
        await this.#end(context, {
          outcome: "failure",
          output: "",
          error: { ...result.error, message: this.#parts.redactor.text(result.error.message) },
          deliveries: [],
          retryAt: null,
        });
        return true;
      case "blocked":
        return await this.#park(context, result.budget);
      case "finished": {
        const output = this.#parts.redactor.value(result.output);
        const rendered = renderOutput(output, context.version.config.output);
        if (!rendered.ok) {
          const error = { code: "invalid_output", message: rendered.message };
          await this.#end(context, {
            outcome: "failure",
            output: String(boundResult(String(output))),
            error,
            deliveries: [],
            retryAt: null,
          });
          return true;
        }
        await context.journal.acknowledgeDecisions();
        const plan = await planDeliveries(context, rendered.text);
        if (plan.kind === "blocked") return await this.#park(context, null);
        const { deliveries } = plan;
        await this.#end(context, {
          outcome: "success",
          output: rendered.text,
          error: null,
          deliveries,
          retryAt: null,
        });
        return true;
      }
    }
  }

  async #park(context: RunContext, budget: DayBudget | null): Promise<boolean> {
    await context.journal.flush();
    const parked = await parkExecution(context, this.#activeMs(), budget);
    this.#wakeAt = parked?.wakeAt ?? null;
    return parked !== null;
  }

  async #end(context: RunContext | null, end: ExecutionEnd): Promise<void> {
    const retryAt = context === null ? null : await calculateRetryAt(context, end);
    this.#leases.remove(this.#lease);
    await this.#writeLast((transaction) =>
      endExecution(this.#parts, transaction, this.#row, { ...end, retryAt, activeMs: this.#activeMs() }),
    );
  }

  /** The write with which the execution leaves this process; what its journal had put aside goes with it. */
  async #writeLast(work: (transaction: StoreTransaction) => Promise<void>): Promise<void> {
    if (this.#context === undefined) return await writeFenced(this.#parts, this.#lease, true, work);
    await this.#context.journal.commitLast(work);
  }

  /** What was thrown, as an end of the execution or a hand-over. */
  async #conclude(error: unknown): Promise<void> {
    const known = toHandsError(error);
    // The record is read later and elsewhere: what to do about it belongs there too.
    const message = known.hint === undefined ? known.message : `${known.message} ${known.hint}`;
    const failure = { code: known.code, message: this.#parts.redactor.text(message) };
    const base = { output: "", error: failure, deliveries: [], retryAt: null };
    switch (known.code) {
      case "lease_lost":
        this.#parts.logger.warn("another process has the execution now", { execution: this.executionId });
        return;
      case "stopping":
        return await this.#handBack();
      case "store_failed":
      case "store_too_new":
        throw error;
      case "cancelled":
        return await this.#end(null, { ...base, outcome: "cancelled" });
      case "timeout":
        return await this.#end(this.#context ?? null, {
          ...base,
          outcome: this.#signals?.signal.aborted ? "timeout" : "failure",
        });
      default:
        if (known.code === "internal") {
          this.#parts.logger.error("a defect of the program failed an execution", {
            execution: this.executionId,
            error: error instanceof Error ? (error.stack ?? error.message) : String(error),
          });
        }
        return await this.#end(this.#context ?? null, { ...base, outcome: "failure" });
    }
  }

  /** Gives the execution back to whoever is next, without waiting for the lease to pass. */
  async #handBack(): Promise<void> {
    this.#leases.remove(this.#lease);
    await this.#writeLast(async (transaction) => {
      await transaction.db
        .updateTable("hand_executions")
        .set((builder) => ({
          status: "queued",
          lease_owner: null,
          lease_until: null,
          reserved_cost_usd: 0,
          active_ms: builder("active_ms", "+", this.#activeMs()),
        }))
        .where("id", "=", this.executionId)
        .execute();
      await this.#parts.queue.send(transaction, {
        executionId: this.executionId,
        priority: this.#row.priority,
      });
      await wakeHeld(this.#parts, transaction, this.#row.hand_name);
    });
  }

  #activeMs(): number {
    return Math.round(this.#parts.clock.monotonicMs() - this.#startedMs);
  }

  async #createContext(version: HandVersion): Promise<RunContext> {
    const { today, todayHash } = await this.#readToday(version);
    const { timeoutMs } = today.limits;
    const signals = new RunSignals(this.#parts, this.#lease, timeoutMs - this.#row.active_ms, timeoutMs);
    this.#signals = signals;
    if (this.#mustStop) signals.stopSoon();
    await signals.checkCancel();
    signals.check();
    // From here on they are known, wherever the hand's own code finds them.
    this.#parts.readSecrets(version.config.secrets);
    const given =
      this.#row.parameters_json === null ? {} : (JSON.parse(this.#row.parameters_json) as JsonObject);
    const parameters = { ...version.config.parameters, ...given };
    assertRequirements(this.#parts, version.config, parameters);
    const workspace = await workspaceOf(this.#parts.dataDir, this.#row.hand_name);
    const { signal } = signals;
    const tools = await collectTools(this.#parts, version, { workspace, signal });
    this.#tools = tools;
    this.#context = {
      parts: this.#parts,
      row: this.#row,
      version,
      today,
      todayHash,
      gates: compileGates(mergeGates(version.config.approvalGates, today.approvalGates), compileWhen),
      tools: tools.byName,
      parameters,
      input: this.#row.input_json === null ? null : JSON.parse(this.#row.input_json),
      workspace,
      lease: this.#lease,
      leases: this.#leases,
      texts: this.#texts,
      // A script may be given the values that it drew in a run that is repeated; besides that, steps are written under a lease.
      journal: await Journal.open(
        this.#parts,
        this.#lease,
        this.#row.fence === 1 && version.config.scriptPath === null,
      ),
      signal: signals.signal,
      check: () => signals.check(),
      waitForNews: () => signals.waitForNews(),
      onText: this.#onText,
    };
    return this.#context;
  }

  /** Limits, deny rules and gates are today's too; a hand that is gone or broken goes on under its own version's. */
  async #readToday(version: HandVersion): Promise<{ today: HandConfig; todayHash: string | null }> {
    const { lookup, folderHash } = this.#claimed;
    if (lookup.kind === "ready" || lookup.kind === "disabled") {
      if (folderHash !== null) return { today: lookup.hand, todayHash: folderHash };
      // Its folder may be another process's, or have gone since it was looked up.
      const snapshot = await this.#versions.snapshot(lookup.hand).catch(() => null);
      return { today: lookup.hand, todayHash: snapshot?.hash ?? null };
    }
    return { today: lookup.kind === "elsewhere" ? lookup.hand : version.config, todayHash: null };
  }
}
