import type { Kysely } from "kysely";
import type { IdSource } from "../core/index.ts";
import type { Database } from "./tables.ts";

/** What changed in a commit, for those who follow. */
export type StoreTopic =
  | { readonly kind: "execution"; readonly executionId: string; readonly handName: string }
  | { readonly kind: "approval"; readonly approvalId: string; readonly executionId: string | null }
  /** Somebody asked the process that runs it to end it. */
  | { readonly kind: "cancel"; readonly executionId: string }
  | { readonly kind: "hand"; readonly handName: string }
  | { readonly kind: "delivery"; readonly executionId: string }
  /** More words of a model's reply under way. */
  | { readonly kind: "text"; readonly executionId: string; readonly handName: string }
  /** A request to a provider with limits ended, and others wait. */
  | { readonly kind: "model_limit"; readonly provider: string }
  | { readonly kind: "events" };

/** News of commits. `foreign`: another process wrote; `topics` is null where what it wrote has to be looked up. */
export type StoreChange =
  | { readonly origin: "local"; readonly topics: readonly StoreTopic[] }
  | { readonly origin: "foreign"; readonly topics: readonly StoreTopic[] | null };

/** The differences between databases, each by name. */
export interface StoreCapabilities {
  /** Rows have to be locked by `FOR UPDATE`; where false, a write transaction excludes every other. */
  readonly locksRows: boolean;
  /** Several processes on several machines may use it. */
  readonly isShared: boolean;
}

/**
 * A write transaction under way. It must await only its own queries; one that does not is reported, and given up after 10 s.
 * A query that failed dooms it: later queries reject, and it is rolled back even where the work caught the error.
 */
export interface StoreTransaction {
  readonly db: Kysely<Database>;
  readonly capabilities: StoreCapabilities;
  /** The store's source of ids. */
  readonly ids: IdSource;
  /** The instant of the transaction, epoch milliseconds, by the clock that decides for this store. */
  readonly nowMs: number;
  /** Called once after the commit returned; never when it failed. */
  onCommit(callback: () => void): void;
  /** Tells followers, here and in other processes, after the commit. */
  notify(topic: StoreTopic): void;
}

/** The one place where state is kept. */
export interface Store {
  readonly capabilities: StoreCapabilities;
  /** The store's source of ids. */
  readonly ids: IdSource;
  /** For reads outside transactions: sees everything that is committed. Writing through it, or using it inside a transaction, rejects. */
  readonly db: Kysely<Database>;
  /** The instant by the clock that decides for this store. */
  nowMs(): number;
  /**
   * Runs a unit of work. Nothing resolves before the commit returned; a failed commit rejects. The work is called again, whole,
   * when the database was busy, so it must have no effect but its queries. Where rows are not locked, units queued in one turn of
   * the event loop share a commit and run in the order they were queued; elsewhere they run side by side. Throws: what the work
   * threw; `store_failed`; `stopping` after `close`; `internal` for a transaction inside a transaction.
   */
  transaction<T>(work: (transaction: StoreTransaction) => Promise<T>): Promise<T>;
  /**
   * News of commits, ours at once, those of other processes within 200 ms (a second where a pool in transaction mode keeps them back).
   * What a process had no time to tell before it died comes with the next news, but for cancellations and requests, which are told in the
   * commit. Returns the way to stop listening.
   */
  onChange(listener: (change: StoreChange) => void): () => void;
  /** Writes a consistent copy to a new file while others go on. Throws: `invalid_argument` where the store cannot, or the file exists. */
  backup(path: string): Promise<void>;
  /** Resolves when what was begun has ended. A second call gives the same promise. */
  close(): Promise<void>;
}
