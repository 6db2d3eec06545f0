import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { once } from "node:events";
import { HandsError } from "../../src/core/index.ts";
import type { ModelClient, ModelPrice } from "../../src/models/index.ts";
import type { ProjectConfig, RuntimeRoles } from "../../src/runtime/index.ts";
import { findChildProgram } from "../support/shared.ts";
import type { FromWorker, ToWorker, WireFailure } from "./worker-protocol.ts";

const PROGRAM = await findChildProgram("web/worker-child");

export interface WorkerOptions {
  readonly config: ProjectConfig;
  readonly roles: RuntimeRoles;
  /** Asked here, whatever process wants to know. */
  readonly model: ModelClient;
  readonly price: ModelPrice | null;
}

/** A worker in a process of its own. */
export interface WorkerProcess {
  /** As by `SIGTERM`; resolves when it is gone. */
  stop(): Promise<void>;
}

/** Resolves when it works. */
export async function startWorkerProcess(options: WorkerOptions): Promise<WorkerProcess> {
  const { config, roles, model, price } = options;
  const child = fork(PROGRAM, [], {
    serialization: "advanced",
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const ended = once(child, "exit");
  const ready = Promise.withResolvers<void>();
  child.once("exit", (code, signal) => ready.reject(new Error(`the worker ended with ${code ?? signal}`)));
  const asking = new Map<number, AbortController>();
  child.on("message", (message: FromWorker) => {
    if (message.kind === "ready") ready.resolve();
    else if (message.kind === "abort") asking.get(message.id)?.abort();
    else void answer(child, model, message, asking);
  });
  tell(child, { kind: "start", config, roles, price });
  await ready.promise;
  return {
    async stop() {
      tell(child, { kind: "stop" });
      await ended;
    },
  };
}

async function answer(
  child: ChildProcess,
  model: ModelClient,
  { id, request }: Extract<FromWorker, { kind: "ask" }>,
  asking: Map<number, AbortController>,
): Promise<void> {
  const abort = new AbortController();
  asking.set(id, abort);
  try {
    const onText = (text: string) => tell(child, { kind: "text", id, text });
    const reply = await model.generate(request, { signal: abort.signal, onText });
    tell(child, { kind: "reply", id, reply });
  } catch (error) {
    if (!abort.signal.aborted) tell(child, { kind: "failure", id, failure: toWire(error) });
  } finally {
    asking.delete(id);
  }
}

function toWire(error: unknown): WireFailure {
  return error instanceof HandsError
    ? { code: error.code, message: error.message, details: error.details }
    : { code: "internal", message: String(error), details: {} };
}

function tell(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message);
}
