import type { ErrorCode, JsonValue } from "../core/index.ts";
import type { DayBudget } from "./budgets.ts";

/** What a brain's turn at an execution came to. */
export type BrainResult =
  | { readonly kind: "finished"; readonly output: JsonValue }
  | { readonly kind: "failed"; readonly error: { readonly code: ErrorCode; readonly message: string } }
  /** Nothing can go on until a human decides, or until an instant: that of a sleep, or of the reset of a budget that is spent. */
  | { readonly kind: "blocked"; readonly budget: DayBudget | null };
