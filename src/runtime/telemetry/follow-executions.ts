import type { Logger } from "../../core/index.ts";
import { describeError, isPlainObject, systemClock } from "../../core/index.ts";
import type { EventRecord, Store } from "../../store/index.ts";
import {
  findExecution,
  listApprovals,
  listSteps,
  readEvents,
  readLastPosition,
  sealEvents,
} from "../../store/index.ts";
import type { Telemetry } from "../start-telemetry.ts";
import type { Endpoints, Sender } from "./create-exporters.ts";
import { createExporters } from "./create-exporters.ts";
import { createTakingWriter } from "./write-taking.ts";

const EVENTS_AT_ONCE = 200;
/** A collector that does not answer must not keep the process from ending. */
const LONGEST_SHUTDOWN_MS = 5000;
const STARTS: ReadonlySet<string> = new Set(["execution.started", "execution.resumed"]);
const ENDS: ReadonlySet<string> = new Set([
  "execution.succeeded",
  "execution.failed",
  "execution.cancelled",
  "execution.waiting",
]);

/** What follows executions. */
export interface FollowOptions extends Sender {
  readonly store: Store;
  readonly logger: Logger;
  readonly endpoints: Endpoints;
  /** Whether arguments, results and replies are sent. */
  readonly capturesContent: boolean;
}

/**
 * Sends what this process runs, once it ended or waits: the events say when, the journal what. Each process sends only its own, so that
 * several on one store send nothing twice.
 */
export async function followExecutions(options: FollowOptions): Promise<Telemetry> {
  const { store, logger } = options;
  const exporters = createExporters(options.endpoints, options);
  const write = createTakingWriter(exporters, options.capturesContent);
  let position = await readLastPosition(store);
  let work: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    for (;;) {
      const events = await readEvents(store, { afterPosition: position, limit: EVENTS_AT_ONCE });
      for (const event of events) {
        position = event.position;
        if (ENDS.has(event.type)) await send(event);
      }
      if (events.length < EVENTS_AT_ONCE) return;
    }
  }

  async function send(end: EventRecord): Promise<void> {
    const executionId = end.executionId ?? "";
    const all = await readEvents(store, { afterPosition: 0, limit: 10_000, executionId });
    const start = all.findLast(({ type, position: at }) => STARTS.has(type) && at < end.position);
    // What ended without being taken, as one that was cancelled while it waited, was sent with the taking before.
    const isOver = all.some(
      ({ type, position: at }) => ENDS.has(type) && at > (start?.position ?? 0) && at < end.position,
    );
    if (start === undefined || isOver || !isPlainObject(start.data)) return;
    if (start.data["node"] !== options.nodeId) return;
    const execution = await findExecution(store, executionId);
    if (execution === undefined) return;
    const steps = await listSteps(store, executionId);
    const data = isPlainObject(end.data) ? end.data : {};
    write({
      execution,
      attempt: Number(start.data["attempt"]),
      startedAt: start.createdAt,
      endedAt: end.createdAt,
      steps: steps.filter(
        (step) =>
          (step.kind === "model" || step.kind === "tool") &&
          step.node_id === options.nodeId &&
          step.completed_at !== null &&
          step.started_at !== null &&
          step.started_at >= start.createdAt &&
          step.started_at <= end.createdAt,
      ),
      approvals: await listApprovals(store, { executionId }),
      result: {
        outcome: typeof data["outcome"] === "string" ? data["outcome"] : null,
        waitReason:
          end.type === "execution.waiting" && typeof data["reason"] === "string" ? data["reason"] : null,
      },
    });
  }

  const lookSoon = () => {
    work = work.then(look).catch((error: unknown) => {
      logger.warn("could not send telemetry of what happened", { error: describeError(error) });
    });
  };
  const stopListening = store.onChange(({ topics }) => {
    if (topics === null || topics.some(({ kind }) => kind === "events")) lookSoon();
  });
  return {
    async stop() {
      stopListening();
      await sealEvents(store);
      lookSoon();
      await work;
      await Promise.race([exporters.shutdown(), systemClock.sleep(LONGEST_SHUTDOWN_MS)]);
    },
  };
}
