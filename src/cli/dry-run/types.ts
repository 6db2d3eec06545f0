import type { JsonValue } from "../../core/index.ts";
import type { HandOutcome, StepJson } from "../../store/index.ts";

/** What the gates said of something: `unasked`, it would have happened at once; `asks`, after a human's yes; `refused`, never. */
type DryDecision = "unasked" | "asks" | "refused";

/** Something that the hand would have done. */
export interface DryEffect {
  readonly kind: "call" | "action" | "delivery";
  /** The tool, the script's own step, the action, or the channel. */
  readonly name: string;
  readonly effect: string | null;
  /** Exactly what it would have been done with. */
  readonly args: JsonValue;
  readonly decision: DryDecision;
  /** Keys of the gates that ask, joined by `+`; null where none does. */
  readonly gate: string | null;
  /** What a human would be shown, or why it is refused; null where nobody is asked. */
  readonly description: string | null;
  /** Seconds until the request approves itself, or is answered with no; null where it never does. */
  readonly autoApproveAfter: number | null;
  readonly expiresAfter: number | null;
}

/** What a dry run came to. */
export interface DryRun {
  readonly handName: string;
  /** Null where it could not be carried to an end; `reason` says why. */
  readonly outcome: HandOutcome | null;
  readonly reason: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly output: string;
  /** What models were really asked, in US dollars; null where a price is not known. */
  readonly costUsd: number | null;
  /** In the order in which they would have happened. */
  readonly effects: readonly DryEffect[];
  readonly steps: readonly StepJson[];
}
