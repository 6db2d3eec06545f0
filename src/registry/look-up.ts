import type { Diagnostic, HandConfig } from "../manifest/index.ts";
import { handConfigFromJson } from "../manifest/index.ts";
import type { HandRow } from "../store/index.ts";
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
  return enable(hand, override, "ready");
}

/** A hand that only the index has. One that was never read, as those of an adopted database, is missing. */
export function lookUpRow(row: HandRow, override: boolean | null): HandLookup {
  const json: unknown = JSON.parse(row.config_json);
  if (json !== null) return enable(handConfigFromJson(json), override, "elsewhere");
  const problems = JSON.parse(row.problems_json) as readonly Diagnostic[];
  return problems.length === 0 ? { kind: "missing" } : { kind: "broken", problems };
}

function enable(hand: HandConfig, override: boolean | null, kind: "ready" | "elsewhere"): HandLookup {
  const enabled = override ?? hand.enabled;
  return { kind: enabled ? kind : "disabled", hand: enabled === hand.enabled ? hand : { ...hand, enabled } };
}
