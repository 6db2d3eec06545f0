import type BetterSqlite3 from "better-sqlite3";
import { z } from "zod";
import type { Clock, JsonObject } from "../../src/core/index.ts";
import { canonicalJson, HandsError } from "../../src/core/index.ts";
import type { CallableTool, ToolContext, ToolDefinition } from "../../src/tools/index.ts";
import { toCallableTool } from "../../src/tools/index.ts";
import { createChance } from "./chance.ts";
import { isGated } from "./hands.ts";
import type { Story } from "./story.ts";
import { Violation } from "./story.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** The process that a tool is called in. */
export interface CallingProcess {
  readonly name: string;
  readonly clock: Clock;
  readonly isGone: boolean;
}

/** How a call goes at the other end. */
type Course = "works" | "slow" | "refuses" | "hangs" | "answer_lost" | "never_answers" | "late";

const COURSES: readonly (readonly [number, Course])[] = [
  [0.62, "works"],
  [0.76, "slow"],
  [0.82, "refuses"],
  [0.87, "hangs"],
  [0.92, "answer_lost"],
  [0.96, "never_answers"],
  [1, "late"],
];

const TOOLS = {
  look: { effect: "read", idempotent: false },
  note: { effect: "write", idempotent: false },
  pay: { effect: "destructive", idempotent: false },
  publish: { effect: "destructive", idempotent: true },
} as const satisfies Record<string, Pick<ToolDefinition, "effect" | "idempotent">>;

type ToolName = keyof typeof TOOLS;
const TOOL_TIMEOUT_MS = 9000;

/** What is at the other end of tools: it counts what happened, outside of the store, and judges each request when it comes in. */
export class OutsideWorld {
  /** How often each call took effect, by its key. */
  readonly effects = new Map<string, number>();
  readonly #requests = new Map<string, number>();
  readonly #usedApprovals = new Map<string, string>();
  readonly #seed: string;
  readonly #time: VirtualTime;
  readonly #story: Story;
  readonly #step: BetterSqlite3.Statement;
  readonly #approvals: BetterSqlite3.Statement;
  readonly #report: (violation: Violation) => void;
  /** Somebody changed the records: what a process has read before may differ from them. */
  isTampered = false;
  /** From now on every call works. */
  isCalm = false;

  constructor(parts: {
    readonly seed: string;
    readonly time: VirtualTime;
    readonly story: Story;
    readonly view: BetterSqlite3.Database;
    readonly report: (violation: Violation) => void;
  }) {
    this.#seed = parts.seed;
    this.#time = parts.time;
    this.#story = parts.story;
    this.#step = parts.view.prepare(
      "SELECT * FROM execution_steps WHERE execution_id = ? AND step_index = ?",
    );
    this.#approvals = parts.view.prepare(
      "SELECT * FROM approval_queue WHERE execution_id = ? AND step_index = ? ORDER BY created_at, id",
    );
    this.#report = parts.report;
  }

  /** The tools of one process. */
  createTools(process: CallingProcess): readonly CallableTool[] {
    return (Object.keys(TOOLS) as ToolName[]).map((name) =>
      toCallableTool(
        {
          ...TOOLS[name],
          name,
          description: `Does ${name}`,
          timeoutMs: TOOL_TIMEOUT_MS,
          input: z.object({ amount: z.number() }),
          execute: (args, context) => this.#call(process, name, args as JsonObject, context),
        },
        { origin: "builtin", codeVersion: "1" },
      ),
    );
  }

  async #call(
    process: CallingProcess,
    name: ToolName,
    args: JsonObject,
    context: ToolContext,
  ): Promise<unknown> {
    if (process.isGone) return await new Promise(() => {});
    const key = context.idempotencyKey;
    const request = (this.#requests.get(key) ?? 0) + 1;
    this.#requests.set(key, request);
    this.#judge(name, args, context, request);
    const course = this.#drawCourse(key, request);
    this.#story.tell(`${process.name} calls ${name} ${canonicalJson(args)} (${key}, ${course})`);
    const { signal } = context;
    const answer = { name, request };
    const take = () => this.#takeEffect(name, key);
    switch (course) {
      case "works":
        take();
        return answer;
      case "slow": {
        const delayMs = createChance(this.#seed, key, request, "delay").between(200, 11_000);
        this.#time.after(delayMs / 2, take);
        await process.clock.sleep(delayMs, signal);
        return answer;
      }
      case "refuses":
        throw new HandsError("tool_failed", "refused: nothing was done");
      case "hangs":
        return await abort(signal);
      case "answer_lost":
        take();
        await process.clock.sleep(300, signal);
        throw Object.assign(new Error("the connection broke"), { code: "ECONNRESET" });
      case "never_answers":
        take();
        return await abort(signal);
      case "late":
        this.#time.after(createChance(this.#seed, key, request, "late").between(10_000, 400_000), take);
        return await abort(signal);
    }
  }

  #drawCourse(key: string, request: number): Course {
    if (this.isCalm) return "works";
    const drawn = createChance(this.#seed, key, request, "course").draw();
    return COURSES.find(([until]) => drawn < until)?.[1] ?? "works";
  }

  /** One that declares itself idempotent does nothing more under a key that it knows. */
  #takeEffect(name: ToolName, key: string): void {
    const before = this.effects.get(key) ?? 0;
    this.effects.set(key, TOOLS[name].idempotent ? 1 : before + 1);
    this.#story.tell(`${name} takes effect (${key})`);
  }

  /** Was it allowed, with these very arguments, and written down before it began? */
  #judge(name: ToolName, args: JsonObject, context: ToolContext, request: number): void {
    const [executionId = "", , index = ""] = context.idempotencyKey.split(":");
    const step = this.#step.get(executionId, Number(index)) as StepFacts | undefined;
    const what = `${name} ${canonicalJson(args)} of ${context.idempotencyKey}`;
    if (step?.status !== "executing") {
      this.#fail(
        "an intent is on disk before its effect",
        `${what}, the step is ${step?.status ?? "missing"}`,
      );
      return;
    }
    if (!this.isTampered && canonicalJson(JSON.parse(step.args_json ?? "null")) !== canonicalJson(args)) {
      this.#fail("what runs is what is on record", `${what}, on record are ${step.args_json}`);
    }
    const approvals = this.#approvals.all(executionId, Number(index)) as ApprovalFacts[];
    const retries = approvals.filter((row) => row.kind === "unknown" && row.answer === "retry").length;
    if (!TOOLS[name].idempotent && TOOLS[name].effect !== "read" && request > 1 + retries) {
      this.#fail(
        "an effect is begun once, or as often as humans say",
        `${what}, the ${request}. time, ${retries} retries`,
      );
    }
    if (isGated(context.handName, name)) this.#judgeApproval(name, args, what, step, approvals);
  }

  #judgeApproval(
    name: ToolName,
    args: JsonObject,
    what: string,
    step: StepFacts,
    approvals: readonly ApprovalFacts[],
  ): void {
    const granted = approvals.filter(
      (row) => row.kind === "approval" && (row.status === "approved" || row.status === "auto_approved"),
    );
    if (!granted.some((row) => canonicalJson(JSON.parse(row.args_json ?? "null")) === canonicalJson(args))) {
      this.#fail("no gated effect without an approval of the same arguments", what);
      return;
    }
    const id = step.approval_id;
    if (id === null || TOOLS[name].idempotent) return;
    const usedBy = this.#usedApprovals.get(id);
    if (usedBy !== undefined) this.#fail("an approval is used once", `${id} by ${what} and by ${usedBy}`);
    this.#usedApprovals.set(id, what);
  }

  #fail(promise: string, what: string): void {
    this.#report(new Violation(promise, what));
  }
}

interface StepFacts {
  readonly status: string;
  readonly args_json: string | null;
  readonly approval_id: string | null;
}

interface ApprovalFacts {
  readonly kind: string;
  readonly status: string;
  readonly answer: string | null;
  readonly args_json: string | null;
}

function abort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
