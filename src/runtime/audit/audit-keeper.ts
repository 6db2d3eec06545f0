import { existsSync } from "node:fs";
import type { Clock, ClockTimer, Logger } from "../../core/index.ts";
import { describeError, toIso } from "../../core/index.ts";
import type { NewNotice } from "../../messaging/index.ts";
import type { ChainAnchor, Store, StoreTransaction } from "../../store/index.ts";
import { changeRuntimeValue, readRuntimeValue, verifyEventChain } from "../../store/index.ts";
import { appendAnchor, readAnchors } from "./anchor-file.ts";
import { AUDIT_RECORD_KEY, parseAuditRecord } from "./audit-record.ts";

/** Where the head of the chain is kept besides the database. */
export interface AuditSettings {
  /** Absolute. */
  readonly anchorFile: string | null;
  readonly anchorChannel: string | null;
  readonly everyMs: number;
}

interface AuditParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: AuditSettings | null;
  readonly say: (
    transaction: StoreTransaction,
    channels: readonly string[],
    notice: NewNotice,
  ) => Promise<void>;
}

const FIRST_AFTER_MS = 30_000;
const LOOK_EVERY_MS = 600_000;

/** Verifies the chain of audited events and anchors its head, each time that is due, in one process of those that there are. */
export class AuditKeeper {
  readonly #parts: AuditParts;
  #timer: ClockTimer | undefined;
  #isStopped = false;
  #work: Promise<void> = Promise.resolve();

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  start(): void {
    if (this.#parts.settings !== null) this.#arm(FIRST_AFTER_MS);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#work;
  }

  #arm(delayMs: number): void {
    this.#timer = this.#parts.clock.setTimer(delayMs, () => {
      this.#work = this.#look().finally(() => {
        if (!this.#isStopped) this.#arm(LOOK_EVERY_MS);
      });
    });
  }

  async #look(): Promise<void> {
    const { settings, logger } = this.#parts;
    if (settings === null) return;
    try {
      await this.#anchor(settings);
    } catch (error) {
      logger.error("The head of the audit chain could not be anchored; trying again later.", {
        error: describeError(error),
      });
    }
  }

  async #anchor(settings: AuditSettings): Promise<void> {
    const { store, logger } = this.#parts;
    const before = await readRuntimeValue(store, AUDIT_RECORD_KEY);
    const last = parseAuditRecord(before);
    const nowMs = store.nowMs();
    if (last !== null && nowMs - last.verifiedAt < settings.everyMs) return;
    const { anchorFile } = settings;
    const known = anchorFile !== null && existsSync(anchorFile) ? await readAnchors(anchorFile) : [];
    const verdict = await verifyEventChain(store, known);
    const problem = verdict.isIntact ? null : verdict.problem;
    const record = { verifiedAt: nowMs, position: verdict.isIntact ? verdict.head.position : null, problem };
    const anchor = verdict.isIntact ? { ...verdict.head, at: toIso(nowMs) } : null;
    const hasWon = await store.transaction(async (transaction) => {
      if (!(await changeRuntimeValue(transaction, AUDIT_RECORD_KEY, before, JSON.stringify(record))))
        return false;
      await this.#say(transaction, settings, anchor, problem);
      return true;
    });
    if (!hasWon) return;
    if (problem !== null) logger.error("The audit chain is not as it was sealed.", { problem });
    else if (anchorFile !== null && anchor !== null) await appendAnchor(anchorFile, anchor);
  }

  async #say(
    transaction: StoreTransaction,
    { anchorChannel }: AuditSettings,
    anchor: ChainAnchor | null,
    problem: string | null,
  ): Promise<void> {
    if (anchorChannel === null) return;
    const about = { url: null, handName: null };
    const notice: NewNotice =
      anchor === null
        ? {
            ...about,
            key: `audit:fault:${transaction.nowMs}`,
            kind: "alert",
            title: "The audit chain was changed",
            text: `${problem} \`hands audit verify\` shows it.`,
          }
        : {
            ...about,
            key: `audit:anchor:${anchor.at}`,
            kind: "digest",
            title: "Audit anchor",
            text: JSON.stringify(anchor),
          };
    await this.#parts.say(transaction, [anchorChannel], notice);
  }
}
