import { matchesGlob } from "../core/index.ts";
import type { OperatorPolicy } from "./types.ts";

/** The first of the operator's deny rules that matches one of the names, or undefined. */
export function findDenyRule(
  operator: Pick<OperatorPolicy, "deny">,
  names: readonly (string | null)[],
): string | undefined {
  return operator.deny.find((rule) => names.some((name) => name !== null && matchesGlob(rule, name)));
}
