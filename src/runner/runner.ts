import type { AnswerInput, DecisionInput, DecisionResult } from "../approvals/index.ts";
import { answerUnknown, decideApproval } from "../approvals/index.ts";
import type { JsonObject } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { ApprovalRow, ExecutionRow, StepRow, StoreTransaction } from "../store/index.ts";
import {
  appendExecutionEvent,
  findApproval,
  findExecution,
  forUpdate,
  listSteps,
  PRIORITY,
} from "../store/index.ts";
import { DeliveryWorker } from "./delivery-worker.ts";
import { revalidateEdit } from "./edited-arguments.ts";
import { endExecution, isInputUntrusted, wakeHeld } from "./end-execution.ts";
import { startAfterExpiry } from "./event-triggers.ts";
import { LeaseKeeper } from "./lease-keeper.ts";
import type { LiveTextSource } from "./live-text.ts";
import { LiveTexts } from "./live-texts.ts";
import { requestCancel } from "./request-cancel.ts";
import { startExecution } from "./start-execution.ts";
import type { RunnerParts, StartInTransaction, StartRequest } from "./types.ts";
import { VersionKeeper } from "./version-keeper.ts";
import { Worker } from "./worker.ts";

/**
 * Runs executions: journals every step, stops at gates, survives the end of its process, and delivers what comes out.
 * Without {@link start} it runs only what it is asked to.
 */
export class HandRunner implements AsyncDisposable {
  readonly #parts: RunnerParts;
  readonly #versions: VersionKeeper;
  readonly #worker: Worker;
  readonly #deliveries: DeliveryWorker;
  readonly #texts: LiveTexts;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
    this.#versions = new VersionKeeper(parts);
    this.#texts = new LiveTexts(parts);
    this.#worker = new Worker(parts, {
      versions: this.#versions,
      leases: new LeaseKeeper(parts),
      texts: this.#texts,
    });
    this.#deliveries = new DeliveryWorker(parts);
  }

  /** Begins to take up every execution that waits to be run, here and from other processes, and to make deliveries. */
  async start(): Promise<void> {
    await this.#worker.start();
    if (this.#parts.deliversOutput !== false) this.#deliveries.start();
  }

  /** Begins nothing new, lets steps under way finish for up to 10 seconds, journals the rest and hands it back. */
  async stop(): Promise<void> {
    await this.#worker.stop();
    await this.#deliveries.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** Ids of the executions that this process runs now. */
  get running(): readonly string[] {
    return this.#worker.running;
  }

  /** The words of models as they come, of every execution that this process runs. */
  get texts(): LiveTextSource {
    return this.#texts;
  }

  /**
   * Inserts an execution and its wake-up in a transaction of the caller's. Gives its id, or null where its fire or event has a row already.
   * A hand is never started from a chain that contains it, nor from one of five: that is a skipped row.
   */
  async startExecution(transaction: StoreTransaction, request: StartRequest): Promise<string | null> {
    return await startExecution(this.#parts, transaction, request);
  }

  /**
   * Calls `work` with the way to start executions of a hand in a transaction of its own, as {@link startExecution} does. Where this process
   * has a free place, the first of them is its own as soon as it is there, and needs no wake-up.
   */
  async withPlace<T>(handName: string, work: (start: StartInTransaction) => Promise<T>): Promise<T> {
    return await this.#worker.withPlace(handName, work);
  }

  /**
   * Starts a hand by hand; passes pause and overlap, never the gates. Gives the execution's id at once.
   *
   * Throws: `hand_not_found`, `hand_broken` (with `details.problems`), `hand_disabled`.
   */
  async trigger(
    handName: string,
    request: Omit<StartRequest, "handName" | "trigger"> & { readonly trigger?: StartRequest["trigger"] } = {},
  ): Promise<string> {
    await this.#assertRunnable(handName);
    const id = await this.#parts.store.transaction((transaction) =>
      this.startExecution(transaction, { trigger: "manual", ...request, handName }),
    );
    if (id === null) throw new HandsError("execution_state", `${handName} was started for this already`);
    return id;
  }

  /**
   * Starts a hand by hand and runs it in this process until it ends, waits or is held; no other process can take it first.
   *
   * Throws: as {@link trigger}.
   */
  async runNow(
    handName: string,
    request: Pick<StartRequest, "input" | "parameters"> = {},
    options: {
      readonly onStarted?: (executionId: string) => void;
      readonly onText?: (text: string) => void;
    } = {},
  ): Promise<ExecutionRow> {
    await this.#assertRunnable(handName);
    const id = await this.#worker.startHere({ ...request, handName, trigger: "manual" }, options);
    if (id === null) throw new HandsError("internal", `no execution of ${handName} was inserted`);
    await this.#deliver(id);
    return await this.getExecution(id);
  }

  /** Runs one execution in this process until it ends, waits or is held. `onText` is given a model's words as they come. */
  async runHere(
    executionId: string,
    options: { readonly onText?: (text: string) => void } = {},
  ): Promise<ExecutionRow> {
    await this.#worker.take(executionId, options.onText);
    await this.#deliver(executionId);
    return await this.getExecution(executionId);
  }

  async #deliver(executionId: string): Promise<void> {
    if (this.#parts.deliversOutput !== false) await this.#deliveries.deliverFor(executionId);
  }

  /** Goes on, in this process, with the execution of an approval that has been decided. The seed's name for it. */
  async continueAfterApproval(approvalId: string): Promise<ExecutionRow | null> {
    const approval = await this.getApproval(approvalId);
    if (approval.status === "pending") {
      throw new HandsError("execution_state", `approval ${approvalId} is still pending; decide it first`);
    }
    return approval.execution_id === null ? null : await this.runHere(approval.execution_id);
  }

  /** Ends an execution, wherever it is; gives whether it was still to be ended. One that runs is ended by the process that has it. */
  async cancel(executionId: string, by: string): Promise<boolean> {
    return await this.#parts.store.transaction(async (transaction) => {
      const row = await forUpdate(
        transaction,
        transaction.db.selectFrom("hand_executions").selectAll().where("id", "=", executionId),
      ).executeTakeFirst();
      if (row === undefined) throw executionNotFound(executionId);
      if (row.status === "ended") return false;
      if (row.status === "running") {
        await requestCancel(transaction, row, by);
        return true;
      }
      const error = { code: "cancelled", message: `cancelled by ${by}` };
      const end = { outcome: "cancelled" as const, output: row.output, error, deliveries: [], retryAt: null };
      await endExecution(this.#parts, transaction, row, end);
      return true;
    });
  }

  /** The side effects of an execution that a retry would repeat. */
  async listEffects(executionId: string): Promise<readonly StepRow[]> {
    const steps = await listSteps(this.#parts.store, executionId);
    return steps.filter((step) => step.kind === "tool" && step.attempt > 0 && step.effect !== "read");
  }

  /** Starts a new execution with the input of an ended one, without its approvals and keys. Throws: `execution_state` while it goes on. */
  async retry(executionId: string, by: string): Promise<string> {
    const row = await this.getExecution(executionId);
    if (row.status !== "ended") {
      throw new HandsError(
        "execution_state",
        `execution ${executionId} is ${row.status}; only an ended one can be retried`,
      );
    }
    await this.#assertRunnable(row.hand_name);
    return await this.#parts.store.transaction(async (transaction) => {
      const id = await this.startExecution(transaction, {
        handName: row.hand_name,
        trigger: "manual",
        input: row.input_json === null ? null : JSON.parse(row.input_json),
        parameters: row.parameters_json === null ? null : (JSON.parse(row.parameters_json) as JsonObject),
        retryOf: row.id,
        isUntrusted: isInputUntrusted(row),
      });
      if (id === null) throw new HandsError("internal", "a retry was not inserted");
      await appendExecutionEvent(transaction, row, "execution.retried", { by, retry: id }, true);
      return id;
    });
  }

  /**
   * Decides a request, once. Edited arguments pass the schema and the policy again before they are bound.
   *
   * Throws: `approval_not_found`, `tool_arguments`, `denied`, `invalid_argument`.
   */
  async decide(input: DecisionInput): Promise<DecisionResult> {
    return await decideApproval(this.#parts.store, input, {
      wake: (transaction, executionId) => this.#wake(transaction, executionId),
      onExpired: (transaction, approval) => this.startAfterExpiry(transaction, approval),
      revalidate: (approval, args) => revalidateEdit(this.#parts, this.#versions, approval, args),
    });
  }

  /** Answers a question about an effect, once. */
  async answer(input: AnswerInput): Promise<DecisionResult> {
    return await answerUnknown(this.#parts.store, input, {
      wake: (transaction, executionId) => this.#wake(transaction, executionId),
    });
  }

  /** Lets what was held for a hand (null: for all) try again; for whoever resumes, enables or mends it. */
  async releaseHeld(transaction: StoreTransaction, handName: string | null): Promise<void> {
    await wakeHeld(this.#parts, transaction, handName);
  }

  /** Starts the hands that wait for a request to expire, in the transaction of its expiry. */
  async startAfterExpiry(transaction: StoreTransaction, approval: ApprovalRow): Promise<void> {
    await startAfterExpiry(this.#parts, transaction, approval);
  }

  /** Sends the wake-up of an execution that somebody queued. */
  async wake(transaction: StoreTransaction, executionId: string): Promise<void> {
    await this.#wake(transaction, executionId);
  }

  /** Throws: `execution_not_found`. */
  async getExecution(executionId: string): Promise<ExecutionRow> {
    const row = await findExecution(this.#parts.store, executionId);
    if (row === undefined) throw executionNotFound(executionId);
    return row;
  }

  /** Throws: `approval_not_found`. */
  async getApproval(approvalId: string): Promise<ApprovalRow> {
    const row = await findApproval(this.#parts.store, approvalId);
    if (row === undefined)
      throw new HandsError("approval_not_found", `there is no approval ${JSON.stringify(approvalId)}`);
    return row;
  }

  async #wake(transaction: StoreTransaction, executionId: string): Promise<void> {
    await this.#parts.queue.send(transaction, { executionId, priority: PRIORITY.resumed });
  }

  async #assertRunnable(handName: string): Promise<void> {
    const lookup = await this.#parts.hands.lookUp(handName);
    switch (lookup.kind) {
      case "ready":
      case "elsewhere":
        return;
      case "missing":
        throw new HandsError("hand_not_found", `there is no hand ${JSON.stringify(handName)}`, {
          hint: "`hands list` shows the hands that are loaded.",
        });
      case "disabled":
        throw new HandsError("hand_disabled", `the hand ${handName} is disabled`, {
          hint: `Enable it with \`hands enable ${handName}\`, or set enabled = true in its HAND.toml.`,
        });
      case "broken":
        throw new HandsError(
          "hand_broken",
          `the hand ${handName} cannot run: ${lookup.problems[0]?.message ?? "see its problems"}`,
          {
            details: { problems: lookup.problems },
            hint: `\`hands validate\` shows every problem with its place.`,
          },
        );
    }
  }
}

function executionNotFound(executionId: string): HandsError {
  return new HandsError("execution_not_found", `there is no execution ${JSON.stringify(executionId)}`, {
    hint: "`hands executions` lists the newest ones.",
  });
}
