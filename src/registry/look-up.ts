import type { Diagnostic, HandConfig } from "../manifest/index.ts";
import type { IndexEntry } from "./index-folders.ts";

/** What is known of a name. */
export type HandLookup =
  | { readonly kind: "ready"; readonly hand: HandConfig }
  | { readonly kind: "disabled"; readonly hand: HandConfig }
  | { readonly kind: "broken"; readonly problems: readonly Diagnostic[] }
  /** Only the store's index has it: its manifest is known, its files are not here. */
  | { readonly kind: "elsewhere"; readonly hand: HandConfig }
  | { readonly kind: "missing" };

/** A hand of this folder. */
export function lookUpEntry({ hand, problems }: IndexEntry, override: boolean | null): HandLookup {
  if (hand === null) return { kind: "broken", problems };
  return withOverride(hand, override, "ready");
}

/** The hand with `enabled` as an operator has it. */
export function withOverride(
  hand: HandConfig,
  override: boolean | null,
  kind: "ready" | "elsewhere",
): HandLookup {
  const enabled = override ?? hand.enabled;
  return { kind: enabled ? kind : "disabled", hand: enabled === hand.enabled ? hand : { ...hand, enabled } };
}
