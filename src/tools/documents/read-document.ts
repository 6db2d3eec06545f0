import { Worker } from "node:worker_threads";
import type { Clock } from "../../core/index.ts";
import { createDeferred, describeError, HandsError } from "../../core/index.ts";
import type { DocumentAnswer, DocumentRequest, Feed, ReadablePage } from "./document-request.ts";

/** A document that takes longer, or more memory, is made to. */
const TIME_LIMIT_MS = 15_000;
const MEMORY_LIMIT_MB = 256;

/** What bounds the reading. */
export interface ReadDocumentOptions {
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, "setTimer">;
}

/**
 * Reads a document in a worker thread of its own, which is ended when it takes too long: some 100 kB of nested tags keep the
 * libraries busy for minutes, and in this thread that would stop every hand. Costs about 0.2 s.
 *
 * Throws: `tool_failed` when the document cannot be read within its bounds; the signal's reason.
 */
export function readDocument(
  request: DocumentRequest & { kind: "page" },
  options: ReadDocumentOptions,
): Promise<ReadablePage>;
export function readDocument(
  request: DocumentRequest & { kind: "feed" },
  options: ReadDocumentOptions,
): Promise<Feed>;
export async function readDocument(
  request: DocumentRequest,
  { signal, clock }: ReadDocumentOptions,
): Promise<ReadablePage | Feed> {
  signal.throwIfAborted();
  const answered = createDeferred<DocumentAnswer>();
  const worker = new Worker(findEntry(), {
    workerData: request,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB },
  });
  worker.on("message", (answer: DocumentAnswer) => answered.resolve(answer));
  worker.on("error", (error) => answered.resolve({ ok: false, message: describeError(error) }));
  worker.on("exit", () => answered.resolve({ ok: false, message: "its reader ended without an answer" }));
  const timer = clock.setTimer(TIME_LIMIT_MS, () =>
    answered.resolve({ ok: false, message: `it took more than ${TIME_LIMIT_MS / 1000} s` }),
  );
  const onAbort = () => answered.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const answer = await answered.promise;
    if (answer.ok) return answer.value;
    throw new HandsError(
      "tool_failed",
      `The document at ${request.url} could not be read: ${answer.message}`,
      {
        hint: 'web_fetch with "as": "raw" gives it as it is.',
      },
    );
  } finally {
    timer.cancel();
    signal.removeEventListener("abort", onAbort);
    await worker.terminate();
  }
}

function findEntry(): URL {
  const entry = new URL("./document-worker.ts", import.meta.url);
  if (!import.meta.url.endsWith(".ts")) entry.pathname = entry.pathname.replace(/\.ts$/, ".js");
  return entry;
}
