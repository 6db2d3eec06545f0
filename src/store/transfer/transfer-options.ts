import type { Clock } from "../../core/index.ts";
import type { Store } from "../store.ts";
import type { TableSum } from "./table-checksum.ts";
import type { TransferProgress } from "./transfer-progress.ts";

/** Two databases, and how to move from one to the other. */
export interface TransferOptions {
  /** Both opened with `isForTransfer`. */
  readonly source: Store;
  readonly target: Store;
  /** What people call them, without a password. */
  readonly from: string;
  readonly to: string;
  readonly clock: Clock;
  /** Pauses the target, and makes what was under way a question. Called once the rows are there and checked; may be called again. */
  readonly settle: () => Promise<void>;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Stops between two pages; the same call goes on from there. */
  readonly signal?: AbortSignal;
}

/** What a table came to on both sides: they are equal. */
export interface TransferredTable extends TableSum {
  readonly table: string;
}
