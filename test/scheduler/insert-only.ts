import type { StartExecution } from "../../src/scheduler/index.ts";
import { insertExecution, PRIORITY } from "../../src/store/index.ts";

/** Inserts the execution and nothing else: no runner takes it up. */
export const insertOnly: StartExecution = async (transaction, request) => {
  const row = await insertExecution(transaction, {
    handName: request.handName,
    trigger: request.trigger,
    scheduledFor: request.scheduledFor,
    priority: PRIORITY.scheduled,
    input: request.input ?? null,
    parameters: request.parameters ?? null,
    eventId: null,
    chain: [],
    retryOf: null,
    notBefore: null,
  });
  return row?.id ?? null;
};
