import type BetterSqlite3 from "better-sqlite3";
import type { Channel, RequestMessage } from "../../src/channels/index.ts";
import { describeError, HandsError } from "../../src/core/index.ts";
import type { Messaging } from "../../src/messaging/index.ts";
import { createChance } from "./chance.ts";
import type { CallingProcess } from "./outside-world.ts";
import type { Story } from "./story.ts";
import { Violation } from "./story.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** The name of the channel. */
export const CHAT = "chat";
/** Those whose buttons decide. */
export const CHAT_APPROVERS: readonly string[] = ["chat:ann", "chat:bob"];

/** How a call goes at the other end. */
type Course = "works" | "slow" | "refuses" | "asks_for_time" | "hangs" | "answer_lost" | "never_works";

const COURSES: readonly (readonly [number, Course])[] = [
  [0.6, "works"],
  [0.75, "slow"],
  [0.82, "refuses"],
  [0.88, "asks_for_time"],
  [0.92, "hangs"],
  [0.98, "answer_lost"],
  [1, "never_works"],
];

/** Less than a courier waits for by the clock of the real machine. */
const HANGS_FOR_MS = 44_000;
const HOUR = 3_600_000;

interface ChatParts {
  readonly seed: string;
  readonly time: VirtualTime;
  readonly story: Story;
  readonly view: BetterSqlite3.Database;
  readonly report: (violation: Violation) => void;
  /** Of the processes that can be asked now. */
  readonly listMessagings: () => readonly Messaging[];
}

/** A chat at the other end of a channel: it keeps what arrived, shows messages, is down at times, and people press its buttons at any moment. */
export class Chat {
  /** What arrived, by the ids of deliveries. */
  readonly outputs = new Map<string, string>();
  /** What each message says now, by its reference. */
  readonly shown = new Map<string, RequestMessage>();
  tapCount = 0;
  /** From now on it is up, and nobody presses a button any more. */
  isCalm = false;
  readonly #parts: ChatParts;
  readonly #calls = new Map<string, number>();
  readonly #used = new Set<string>();
  readonly #downs: readonly { readonly fromMs: number; readonly toMs: number }[];
  readonly #canEdit: boolean;
  readonly #approval: BetterSqlite3.Statement;

  constructor(parts: ChatParts) {
    this.#parts = parts;
    const chance = createChance(parts.seed, CHAT);
    this.#canEdit = chance.isTrue(0.8);
    this.#downs = Array.from({ length: chance.between(0, 3) }, () => {
      const fromMs = chance.between(0, 24) * HOUR;
      return { fromMs, toMs: fromMs + chance.pick([0.1, 1, 5, 20]) * HOUR };
    });
    this.#approval = parts.view.prepare(
      "SELECT status, resolved_by AS by, resolved_via AS via FROM approval_queue WHERE id = ?",
    );
  }

  /** The channel as one process has it. */
  createChannel(process: CallingProcess): Channel {
    return {
      name: CHAT,
      destination: "chat://everybody",
      deliver: async ({ deliveryId, payload }, signal) => {
        const take = () => this.#keepOutput(deliveryId, payload);
        return await this.#call(process, `output ${deliveryId}`, take, signal);
      },
      requests: {
        linkRecipients: [],
        ask: async (message, _recipient, signal) => {
          const reference = `${message.messageId}.${this.#count(`ask ${message.messageId}`)}`;
          const take = () => this.#show(reference, message);
          await this.#call(process, `message ${reference}`, take, signal);
          return this.#canEdit ? reference : null;
        },
        update: async (reference, message, signal) => {
          const take = () => this.#show(reference, message);
          await this.#call(process, `edit of message ${reference}`, take, signal);
        },
      },
    };
  }

  async #call(process: CallingProcess, what: string, take: () => void, signal: AbortSignal): Promise<null> {
    if (process.isGone) return await new Promise(() => {});
    const { story, time, seed } = this.#parts;
    const number = this.#count(what);
    const course = this.#drawCourse(what, number);
    story.tell(`${process.name} sends ${what} (${course})`);
    const chance = createChance(seed, CHAT, what, number, "how");
    switch (course) {
      case "works":
        take();
        return null;
      case "slow": {
        const delayMs = chance.between(200, 30_000);
        const arrived = Promise.withResolvers<void>();
        time.after(delayMs / 2, () => {
          take();
          arrived.resolve();
        });
        await process.clock.sleep(delayMs, signal);
        await arrived.promise;
        return null;
      }
      case "answer_lost":
        take();
        await process.clock.sleep(300, signal);
        throw failure(true);
      case "hangs":
        await process.clock.sleep(HANGS_FOR_MS, signal);
        throw failure(true);
      case "asks_for_time":
        throw failure(true, chance.pick([2000, 120_000, 2 * HOUR, 1e12]));
      case "refuses":
      case "never_works":
        throw failure(course === "refuses");
    }
  }

  #drawCourse(what: string, number: number): Course {
    if (this.isCalm) return "works";
    const { time, seed } = this.#parts;
    if (this.#downs.some(({ fromMs, toMs }) => fromMs <= time.trueMs && time.trueMs < toMs)) return "refuses";
    const drawn = createChance(seed, CHAT, what, number).draw();
    return COURSES.find(([until]) => drawn < until)?.[1] ?? "works";
  }

  #count(what: string): number {
    const number = (this.#calls.get(what) ?? 0) + 1;
    this.#calls.set(what, number);
    return number;
  }

  #keepOutput(deliveryId: string, payload: string): void {
    const before = this.outputs.get(deliveryId);
    if (before !== undefined && before !== payload)
      this.#fail("a delivery says the same each time", `${deliveryId}: ${before}, then ${payload}`);
    this.outputs.set(deliveryId, payload);
  }

  /** People see it, and may press what it shows: soon, late, twice, and after it has been edited. */
  #show(reference: string, message: RequestMessage): void {
    this.shown.set(reference, message);
    const { seed, time, story } = this.#parts;
    const outcomes = message.items.map((item) => item.outcome?.text ?? "open");
    story.tell(`message ${reference} says ${JSON.stringify(outcomes)}`);
    const version = this.#count(`shown ${reference}`);
    for (const item of message.items) {
      const chance = createChance(seed, CHAT, "press", reference, version, item.approvalId);
      if (this.isCalm || item.buttons.length === 0 || chance.isTrue(0.5)) continue;
      const untilExpiryMs = (item.expiresAt ?? time.wallMs + HOUR) - time.wallMs;
      const delayMs = chance.pick([
        chance.between(0, 3) * 400,
        chance.between(10, 600) * 1000,
        chance.between(1, 20) * (HOUR / 2),
        untilExpiryMs + chance.between(-1, 1),
      ]);
      const press = (by: string) => {
        const { token, decision } = chance.pick(item.buttons);
        void this.#tap({ token, decision, approvalId: item.approvalId, sender: `${CHAT}:${by}` });
      };
      time.after(delayMs, () => {
        press("ann");
        if (chance.isTrue(0.3)) press("bob");
        if (chance.isTrue(0.3)) time.after(chance.between(1, 5000), () => press("ann"));
      });
    }
  }

  async #tap(tap: Tap): Promise<void> {
    const { listMessagings, story, time } = this.#parts;
    const messaging = listMessagings()[0];
    if (messaging === undefined || this.isCalm) return;
    const { token, decision, approvalId, sender } = tap;
    const before = this.#readApproval(approvalId);
    story.tell(`${sender} presses ${decision} of ${approvalId}`);
    this.tapCount += 1;
    try {
      const handle = messaging.decisions.handlerFor(CHAT);
      const answer = await handle({ token, sender, senderName: `Somebody ${sender}` });
      story.tell(`${sender} is told: ${answer.text}`);
      if (answer.isDecided) this.#judgeTap(tap, before.status);
    } catch (error) {
      story.tell(`${sender} cannot decide: ${describeError(error)}`);
      time.after(90_000, () => void this.#tap(tap));
    }
  }

  #judgeTap({ token, decision, approvalId, sender }: Tap, before: string): void {
    const what = `${decision} of ${approvalId} by ${sender}`;
    if (this.#used.has(token)) this.#fail("a button decides once", what);
    this.#used.add(token);
    if (before !== "pending") this.#fail("a button decides nothing once its request is over", what);
    const after = this.#readApproval(approvalId);
    const wanted = decision === "approve" ? "approved" : "rejected";
    if (after.status !== wanted || after.by !== sender || after.via !== CHAT)
      this.#fail("who is told that a button decided is told the truth", `${what}: ${JSON.stringify(after)}`);
  }

  #readApproval(id: string): ApprovalFacts {
    return this.#approval.all(id)[0] as ApprovalFacts;
  }

  #fail(promise: string, what: string): void {
    this.#parts.report(new Violation(promise, what));
  }
}

interface Tap {
  readonly token: string;
  readonly decision: "approve" | "reject";
  readonly approvalId: string;
  readonly sender: string;
}

interface ApprovalFacts {
  readonly status: string;
  readonly by: string | null;
  readonly via: string | null;
}

function failure(retryable: boolean, retryAfterMs: number | null = null): HandsError {
  return new HandsError("delivery_failed", "the chat did not take it", {
    details: { retryable, retryAfterMs },
  });
}
