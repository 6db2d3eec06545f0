import type { DecisionInput, DecisionResult, OperatorPolicy } from "../approvals/index.ts";
import { isApprover, normaliseForHuman } from "../approvals/index.ts";
import type { HandleTap, RequestTap, TapAnswer } from "../channels/index.ts";
import type { Clock } from "../core/index.ts";
import { HandsError, RateLimiter } from "../core/index.ts";
import type { ApprovalRow, DecisionTokenRow, Store } from "../store/index.ts";
import {
  appendEvent,
  findApproval,
  findDecisionToken,
  listTokenUses,
  useDecisionToken,
} from "../store/index.ts";
import { hashToken } from "./decision-tokens.ts";
import { describeDecision, formatInstant } from "./describe-outcome.ts";

/** What taps are judged with. */
export interface RemoteDecisionParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Pick<OperatorPolicy, "approvers">;
  /** The one way in which requests are decided. */
  readonly decide: (input: DecisionInput) => Promise<DecisionResult>;
}

/** Why a tap decided nothing. */
type Refusal =
  | "unknown_token"
  | "wrong_channel"
  | "wrong_recipient"
  | "not_an_approver"
  | "no_sender"
  | "expired"
  | "late";

/** A link's secret, with the request that it is about. */
export interface DecisionLink {
  readonly token: DecisionTokenRow;
  readonly approval: ApprovalRow;
}

const LONGEST_NAME = 100;

/** A person who presses wrong buttons may do so this often in a row, and again once in so many milliseconds. */
const WRONG_TAPS = { burst: 20, refillMs: 30_000 };

/**
 * Takes decisions that come back through channels. Each tap is answered with the truth and, where it decided nothing, recorded without its
 * secret; what it decides goes the one way that every decision goes.
 */
export class RemoteDecisions {
  readonly #parts: RemoteDecisionParts;
  readonly #wrongTaps: RateLimiter;

  constructor(parts: RemoteDecisionParts) {
    this.#parts = parts;
    this.#wrongTaps = new RateLimiter(parts.clock, WRONG_TAPS);
  }

  /** What a channel calls when somebody pressed a button in it. */
  handlerFor(channel: string): HandleTap {
    return async (tap) => {
      const hash = hashToken(tap.token);
      const token = hash === null ? undefined : await findDecisionToken(this.#parts.store, hash);
      return await this.#judge(tap, channel, token);
    };
  }

  /** The request that a link is about; null for a secret that is none of ours. */
  async findLink(secret: string): Promise<DecisionLink | null> {
    const hash = hashToken(secret);
    const token = hash === null ? undefined : await findDecisionToken(this.#parts.store, hash);
    const approval =
      token === undefined ? undefined : await findApproval(this.#parts.store, token.approval_id);
    return token === undefined || approval === undefined ? null : { token, approval };
  }

  /** Decides as the one whom the link was sent to. */
  async decideByLink(secret: string): Promise<TapAnswer> {
    const link = await this.findLink(secret);
    const sender = link?.token.recipient ?? "";
    const tap = { token: secret, sender, senderName: null };
    return await this.#judge(tap, link?.token.channel ?? "link", link?.token);
  }

  async #judge(tap: RequestTap, channel: string, token: DecisionTokenRow | undefined): Promise<TapAnswer> {
    const { store, policy } = this.#parts;
    const refuse = (because: Refusal, text: string) => this.#refuse(tap, { channel, token, because, text });
    if (token === undefined) {
      return await refuse("unknown_token", "This button is not known here. Nothing was decided.");
    }
    if (token.channel !== channel) {
      return await refuse("wrong_channel", "This button belongs to another channel. Nothing was decided.");
    }
    if (tap.sender === "") {
      return await refuse(
        "no_sender",
        "A link of this channel does not say who follows it. Press the button in the message, or decide in the dashboard.",
      );
    }
    if (token.recipient !== "" && token.recipient !== tap.sender) {
      return await refuse("wrong_recipient", "This button was sent to somebody else. Nothing was decided.");
    }
    if (!isApprover(policy, tap.sender)) {
      return await refuse(
        "not_an_approver",
        `${normaliseForHuman(tap.sender)} may not decide. Nothing was decided. [policy] approvers in hands.toml lists who may.`,
      );
    }
    const approval = await findApproval(store, token.approval_id);
    if (approval === undefined) {
      return await refuse("unknown_token", "The request is not there any more. Nothing was decided.");
    }
    if (approval.status !== "pending") return await refuse("late", await this.#describeLate(approval));
    if (token.expires_at <= store.nowMs()) {
      const at = formatInstant(token.expires_at);
      return await refuse("expired", `This button expired, ${at}. Nothing was decided by it.`);
    }
    return await this.#decide(tap, channel, token);
  }

  async #decide(tap: RequestTap, channel: string, token: DecisionTokenRow): Promise<TapAnswer> {
    const { store, decide } = this.#parts;
    const result = await decide({
      approvalId: token.approval_id,
      decision: { kind: token.decision },
      by: tap.sender,
      via: channel,
      note: null,
    });
    if (!result.won) {
      const text = await this.#describeLate(result.approval);
      return await this.#refuse(tap, { channel, token, because: "late", text });
    }
    const senderName = readName(tap);
    await store.transaction(async (transaction) => {
      await useDecisionToken(transaction, token.token_hash, { sender: tap.sender, senderName });
      await appendEvent(transaction, {
        type: "request.tapped",
        handName: result.approval.hand_name,
        executionId: result.approval.execution_id,
        isAudited: true,
        data: {
          approvalId: result.approval.id,
          decision: token.decision,
          channel,
          sender: tap.sender,
          senderName,
        },
      });
      transaction.notify({
        kind: "approval",
        approvalId: result.approval.id,
        executionId: result.approval.execution_id,
      });
    });
    const { status, hand_name: handName } = result.approval;
    const word = status === "approved" ? "Approved" : "Rejected";
    return { text: `${word}: ${normaliseForHuman(result.approval.action)} of ${handName}.`, isDecided: true };
  }

  /** What somebody is told who comes too late: what was decided, by whom, when. */
  async #describeLate(approval: ApprovalRow): Promise<string> {
    const [use] = await listTokenUses(this.#parts.store, [approval.id]);
    return `Too late, this changed nothing: ${normaliseForHuman(approval.action)} of ${approval.hand_name} was ${describeDecision(approval, use)}.`;
  }

  async #refuse(
    tap: RequestTap,
    refusal: {
      readonly channel: string;
      readonly token: DecisionTokenRow | undefined;
      readonly because: Refusal;
      readonly text: string;
    },
  ): Promise<TapAnswer> {
    const { channel, token, because, text } = refusal;
    try {
      this.#wrongTaps.take(`${channel} ${tap.sender}`);
    } catch (error) {
      if (!(error instanceof HandsError) || error.code !== "rate_limited") throw error;
      return {
        text: "Too many buttons that decide nothing. Wait a minute, then try again.",
        isDecided: false,
      };
    }
    const { store } = this.#parts;
    const approval = token === undefined ? undefined : await findApproval(store, token.approval_id);
    await store.transaction((transaction) =>
      appendEvent(transaction, {
        type: "request.refused",
        handName: approval?.hand_name ?? null,
        executionId: approval?.execution_id ?? null,
        isAudited: true,
        data: {
          because,
          approvalId: approval?.id ?? null,
          decision: token?.decision ?? null,
          channel,
          sender: tap.sender,
          senderName: readName(tap),
        },
      }),
    );
    return { text, isDecided: false };
  }
}

function readName({ senderName }: RequestTap): string | null {
  return senderName === null ? null : normaliseForHuman(senderName).slice(0, LONGEST_NAME);
}
