import type { JsonObject, JsonValue, Random } from "../../core/index.ts";
import { HandsError, isPlainObject, parseDuration, toJsonValue } from "../../core/index.ts";
import type { AskOptions, HandContext, HandLogFunction } from "../hand-context.ts";
import type { ScriptCall, ScriptLogLevel } from "../types.ts";
import type { ScriptSession, StepFunction } from "./script-session.ts";

/** The object that a script is given. Its functions need no `this`, and all of them are those of one run. */
export function createHandContext(session: ScriptSession, now: () => number, random: Random): HandContext {
  const { start } = session;
  // What is wrong with the arguments rejects, as every failure of a call does, and takes no index. Nothing may be awaited
  // before `session.issue`: the index is taken in the caller's turn.
  const issue = (toCall: () => ScriptCall, run?: StepFunction): Promise<never> => {
    const result = (async () => (await session.issue(toCall(), run)) as never)();
    // A script may look at a result later than it comes.
    result.catch(() => {});
    return result;
  };

  return {
    name: start.handName,
    executionId: start.executionId,
    trigger: start.trigger,
    scheduledFor: start.scheduledFor === null ? null : new Date(start.scheduledFor),
    parameters: start.parameters,
    input: start.input,
    signal: session.signal,
    tool: (name, args) =>
      issue(() => ({ kind: "tool", name: toText("tool", name), args: toArgs("tool", args) })),
    ask: (prompt: string, options: AskOptions = {}) =>
      issue(() => ({ kind: "ask", prompt: toText("ask", prompt), options: toAskOptions(options) })),
    approve: (action, description, args) =>
      issue(() => ({
        kind: "approve",
        action: toText("approve", action),
        description: toText("approve", description),
        args: toArgs("approve", args),
      })),
    sleep: (duration) => issue(() => ({ kind: "sleep", durationMs: parseDuration(duration) })),
    step: (name, run, { effect = "write" } = {}) =>
      issue(() => ({ kind: "step", name: toText("step", name), effect }), run),
    now: () => new Date(Number(session.draw("now", now))),
    random: () => Number(session.draw("random", () => drawFraction(random))),
    uuid: () => String(session.draw("uuid", () => drawUuid(random))),
    log: {
      debug: createLogFunction(session, "debug"),
      info: createLogFunction(session, "info"),
      warn: createLogFunction(session, "warn"),
      error: createLogFunction(session, "error"),
    },
  };
}

function toArgs(method: string, args: object | undefined): JsonObject {
  const json = toJsonValue(args ?? {});
  if (isPlainObject(json)) return json as JsonObject;
  throw new HandsError("invalid_argument", `hand.${method}() takes its arguments as an object`, {
    hint: `Write hand.${method}("…", { name: value }).`,
  });
}

function toText(method: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new HandsError("invalid_argument", `hand.${method}() takes a text, not ${typeof value}`);
}

function toAskOptions({ system, format }: AskOptions): AskOptions {
  return { ...(system === undefined ? {} : { system }), ...(format === undefined ? {} : { format }) };
}

function createLogFunction(session: ScriptSession, level: ScriptLogLevel): HandLogFunction {
  return (message, fields) => {
    const json: JsonValue = toJsonValue(fields ?? {});
    session.log(level, String(message), isPlainObject(json) ? (json as JsonObject) : { value: json });
  };
}

/** 53 random bits as a fraction, all that a number can hold. */
function drawFraction(random: Random): number {
  const view = new DataView(Uint8Array.from(random.bytes(8)).buffer);
  return (view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11)) / 2 ** 53;
}

/** Version 4 of RFC 9562. */
function drawUuid(random: Random): string {
  const bytes = Uint8Array.from(random.bytes(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
