import type { JsonValue } from "../../core/index.ts";
import { HandsError, systemClock, systemRandom } from "../../core/index.ts";
import type { HostMessage, WireOutcome, WorkerMessage, WorkerRequest } from "../messages.ts";
import { fromWireError, toWireError } from "../wire-error.ts";
import type { CodeScopes } from "./code-scope.ts";
import { createHandContext } from "./create-hand-context.ts";
import { findHandStack } from "./hand-stack.ts";
import type { LoadedHand } from "./load-hand.ts";
import { createPortCalls } from "./port-calls.ts";
import type { WorkerPort } from "./run-worker.ts";
import { ScriptSession } from "./script-session.ts";
import { executeTool, parseToolArguments } from "./tool-calls.ts";

/** Does what the host asks of a hand's code, from now on. */
export function serveHand(settings: {
  readonly hand: LoadedHand;
  readonly dir: string;
  readonly port: WorkerPort;
  readonly scopes: CodeScopes;
}): void {
  const { hand, dir, port, scopes } = settings;
  const post = (message: WorkerMessage) => port.post(message);
  const ports = createPortCalls(post);
  const sessions = new Map<number, ScriptSession>();
  const aborts = new Map<number, AbortController>();
  let clockOffsetMs = 0;

  function startRun({ runId, start }: Extract<HostMessage, { type: "start" }>): void {
    const { script } = hand;
    if (script === null) {
      const error = {
        code: "script_failed",
        message: `${start.handName} has no script`,
        stack: null,
      } as const;
      post({ type: "script", runId, message: { type: "threw", error } });
      return;
    }
    const session = new ScriptSession({
      start,
      dir,
      scopes,
      post: (message) => {
        post({ type: "script", runId, message });
        if (message.type === "returned" || message.type === "threw") sessions.delete(runId);
      },
    });
    sessions.set(runId, session);
    session.run(
      script,
      createHandContext(session, () => systemClock.now() + clockOffsetMs, systemRandom),
    );
  }

  async function carryOut(requestId: number, request: WorkerRequest): Promise<unknown> {
    if (request.kind === "parse") return await parseToolArguments(findTool(hand, request.tool), request.args);
    const controller = new AbortController();
    aborts.set(requestId, controller);
    const { signal } = controller;
    if (request.kind === "step") return await runStep(request.runId, request.index, signal);
    const tool = findTool(hand, request.tool);
    const { args, context } = request;
    return await executeTool({ requestId, tool, args, context, signal, scopes, ports, post });
  }

  async function runStep(runId: number, index: number, signal: AbortSignal): Promise<JsonValue> {
    const session = sessions.get(runId);
    if (session === undefined)
      throw new HandsError("script_failed", "The script has ended before its step ran");
    return await session.runStep(index, signal);
  }

  async function answer(requestId: number, request: WorkerRequest): Promise<void> {
    let outcome: WireOutcome;
    try {
      outcome = { ok: true, value: await carryOut(requestId, request) };
    } catch (error) {
      const code = request.kind === "execute" ? "tool_failed" : "script_failed";
      const thrown = error instanceof HandsError ? (error.cause ?? error) : error;
      outcome = { ok: false, error: toWireError(error, code, findHandStack(thrown, dir)) };
    }
    aborts.delete(requestId);
    post({ type: "reply", requestId, outcome });
  }

  port.listen((message) => {
    if ("clockOffsetMs" in message) clockOffsetMs = message.clockOffsetMs;
    switch (message.type) {
      case "ping":
        return post({ type: "pong" });
      case "start":
        return startRun(message);
      case "deliver":
        return sessions.get(message.runId)?.deliver(message.index, message.outcome);
      case "drop":
        sessions.get(message.runId)?.drop();
        sessions.delete(message.runId);
        return;
      case "request":
        void answer(message.requestId, message.request);
        return;
      case "abort":
        return aborts.get(message.requestId)?.abort(fromWireError(message.reason));
      case "port-reply":
        return ports.settle(message.portId, message.outcome);
    }
  });
}

function findTool(hand: LoadedHand, name: string) {
  const tool = hand.tools.get(name);
  if (tool === undefined) throw new HandsError("tool_not_found", `The hand has no tool ${name}`);
  return tool;
}
