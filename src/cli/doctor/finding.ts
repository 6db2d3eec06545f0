/** How one thing is. A note is no fault, and worth knowing. */
export type CheckStatus = "ok" | "note" | "warning" | "failed";

/** What was found of one thing, and how to mend it. */
export interface Finding {
  readonly status: CheckStatus;
  readonly message: string;
  readonly hint: string | null;
}
