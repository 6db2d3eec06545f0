import type BetterSqlite3 from "better-sqlite3";
import { describeError } from "../../src/core/index.ts";
import type { HandRunner } from "../../src/runner/index.ts";
import { createChance } from "./chance.ts";
import type { Story } from "./story.ts";
import type { VirtualTime } from "./virtual-time.ts";

interface PendingRequest {
  readonly id: string;
  readonly kind: "approval" | "unknown";
  readonly action: string;
  readonly expires_at: number | null;
  readonly auto_approve_at: number | null;
  readonly args_json: string | null;
}

interface PeopleParts {
  readonly seed: string;
  readonly time: VirtualTime;
  readonly story: Story;
  readonly view: BetterSqlite3.Database;
  /** The runners of the processes that can be asked now. */
  readonly runners: () => readonly HandRunner[];
}

/** Those who decide: at once, late, at the very expiry, twice, by other arguments, or not at all. */
export class People {
  decisionCount = 0;
  /** From now on every request is answered soon. */
  isDiligent = false;
  readonly #known = new Set<string>();
  readonly #parts: PeopleParts;

  readonly #pending: BetterSqlite3.Statement;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
    this.#pending = parts.view.prepare(`
      SELECT id, kind, action, expires_at, auto_approve_at, args_json FROM approval_queue WHERE status = 'pending'`);
  }

  /** Looks through what is asked. To be called after every commit. */
  look(): void {
    for (const request of this.#pending.all() as PendingRequest[]) {
      if (this.#known.has(request.id)) continue;
      this.#known.add(request.id);
      this.#plan(request);
    }
  }

  /** Answers whatever is open, from now on. */
  becomeDiligent(): void {
    this.isDiligent = true;
    this.#known.clear();
    this.look();
  }

  #plan(request: PendingRequest): void {
    const { seed, time } = this.#parts;
    const chance = createChance(seed, "people", request.id);
    const decide = (twin: number) => void this.#decide(request, chance.draw(), twin);
    if (this.isDiligent) {
      time.after(chance.between(1, 20) * 1000, () => decide(0));
      return;
    }
    const drawn = chance.draw();
    // Right after the commit that asked, before its execution has parked.
    if (drawn < 0.2) {
      setImmediate(() => decide(0));
      return;
    }
    const untilExpiryMs = (request.expires_at ?? time.wallMs + 5 * 86_400_000) - time.wallMs;
    const untilApprovalMs = (request.auto_approve_at ?? time.wallMs + 60_000) - time.wallMs;
    const delayMs = chance.pick([
      chance.between(0, 3) * 400,
      chance.between(10, 600) * 1000,
      chance.between(1, 20) * 1_800_000,
      untilExpiryMs + chance.between(-1, 1),
      untilExpiryMs - chance.between(0, 3000),
      untilApprovalMs + chance.between(-1, 1),
      Number.NaN,
    ]);
    if (Number.isNaN(delayMs)) return;
    time.after(delayMs, () => {
      decide(0);
      if (chance.isTrue(0.25)) decide(1);
    });
  }

  async #decide(request: PendingRequest, drawn: number, twin: number): Promise<void> {
    const { runners, story, time } = this.#parts;
    const asked = runners();
    const runner = asked[twin % Math.max(1, asked.length)];
    if (runner === undefined) {
      // Nobody is there to be told.
      time.after(600_000, () => void this.#decide(request, drawn, twin));
      return;
    }
    const by = twin === 0 ? "ann" : "bob";
    const who = { approvalId: request.id, by, via: "cli", note: null };
    try {
      if (request.kind === "unknown") {
        const answer = drawn < 0.4 ? "happened" : drawn < 0.7 ? "retry" : "skip";
        const { won } = await runner.answer({ ...who, answer });
        this.#note(story, `${by} answers ${answer} to ${request.id}`, won);
        return;
      }
      const isEdit = drawn > 0.4 && drawn < 0.55 && request.args_json?.includes("amount") === true;
      const decision =
        drawn < 0.3
          ? ({ kind: "reject" } as const)
          : isEdit
            ? ({ kind: "approve", args: { amount: 7 + twin } } as const)
            : ({ kind: "approve" } as const);
      const { won } = await runner.decide({ ...who, decision });
      this.#note(
        story,
        `${by} decides ${decision.kind}${isEdit ? " with other arguments" : ""} on ${request.action} ${request.id}`,
        won,
      );
    } catch (error) {
      story.tell(`${by} cannot decide ${request.id}: ${describeError(error)}`);
      time.after(90_000, () => void this.#decide(request, drawn, twin));
    }
  }

  #note(story: Story, what: string, won: boolean): void {
    this.decisionCount += 1;
    story.tell(`${what}: ${won ? "it counts" : "too late"}`);
  }
}
