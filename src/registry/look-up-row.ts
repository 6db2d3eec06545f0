import type { Diagnostic } from "../manifest/index.ts";
import { handConfigFromJson } from "../manifest/index.ts";
import type { HandRow } from "../store/index.ts";
import type { HandLookup } from "./look-up.ts";
import { withOverride } from "./look-up.ts";

/** A hand that only the index has. One that was never read, as those of an adopted database, is missing. */
export function lookUpRow(row: HandRow, override: boolean | null): HandLookup {
  const json: unknown = JSON.parse(row.config_json);
  if (json !== null) return withOverride(handConfigFromJson(json), override, "elsewhere");
  const problems = JSON.parse(row.problems_json) as readonly Diagnostic[];
  return problems.length === 0 ? { kind: "missing" } : { kind: "broken", problems };
}
