import type { JsonObject, JsonValue } from "../core/index.ts";
import { canonicalJson, HandsError, toJsonValue } from "../core/index.ts";
import type { ApprovalRow, ApprovalRuleRow, RuleKey, Store, StoreTransaction } from "../store/index.ts";
import {
  appendEvent,
  findRejectedCall,
  findRulesFor,
  insertApprovalRule,
  revokeApprovalRule,
} from "../store/index.ts";
import type { BoundFile } from "./types.ts";

/** How an approval is to be remembered. */
export interface Remember {
  /** `execution`: for the rest of this execution. `hand`: for every execution of the hand, until a date. */
  readonly scope: "execution" | "hand";
  /** Epoch milliseconds. Default for the scope `hand`: 30 days from the decision. */
  readonly until?: number;
  /** `exact`: the very same arguments. A list: these arguments stay as they are, every other may be anything. */
  readonly args: "exact" | readonly string[];
}

/** How long a rule for a hand holds that was given no end: 30 days. */
const DEFAULT_RULE_MS = 30 * 86_400_000;

/** What is in `args_json` of a rule. */
export interface RuleArgs {
  readonly fixed: JsonObject;
  /** With `none` a call may have no argument besides the fixed ones. */
  readonly others: "none" | "any";
  /** Files as they were when the rule was made: a call that names one of them must find it unchanged. */
  readonly files: readonly BoundFile[];
  /** The gates that were answered: a call that another one covers asks. */
  readonly gates: readonly string[];
}

/** A call that a rule may answer. */
export interface RuleCall extends RuleKey {
  readonly args: JsonObject;
  readonly argsHash: string;
  readonly files: readonly BoundFile[];
  readonly gates: readonly string[];
}

/**
 * The rule that answers this call, or undefined: same hand, tool, action and versions, the fixed arguments equal, neither revoked
 * nor expired. None answers a call that a human rejected in the same execution.
 */
export async function findRule(
  transaction: StoreTransaction,
  call: RuleCall,
): Promise<ApprovalRuleRow | undefined> {
  const rules = await findRulesFor(transaction, call);
  const rule = rules.find((candidate) => matchesRule(JSON.parse(candidate.args_json) as RuleArgs, call));
  if (rule === undefined || call.executionId === null) return rule;
  const { executionId, tool, argsHash } = call;
  const rejection = await findRejectedCall(transaction, { executionId, tool, argsHash });
  return rejection === undefined ? rule : undefined;
}

/** Is the call what the rule was made for? */
function matchesRule(rule: RuleArgs, call: Pick<RuleCall, "args" | "files" | "gates">): boolean {
  const { args, files, gates } = call;
  const hasOthers = Object.keys(args).some((name) => !Object.hasOwn(rule.fixed, name));
  if (rule.others === "none" && hasOthers) return false;
  if (!gates.every((key) => rule.gates.includes(key))) return false;
  const known = new Map(rule.files.map((file) => [file.path, file.sha256]));
  if (files.some((file) => known.has(file.path) && known.get(file.path) !== file.sha256)) return false;
  return Object.keys(rule.fixed).every(
    (name) => Object.hasOwn(args, name) && canonicalJson(args[name]) === canonicalJson(rule.fixed[name]),
  );
}

/**
 * Checks what is to be remembered of a request, before anything is decided.
 *
 * Throws: `invalid_argument` where nothing could come of it.
 */
export function assertRememberable(
  row: ApprovalRow,
  args: JsonObject | null,
  remember: Remember,
  nowMs: number,
): void {
  const refuse = (message: string, hint: string) => new HandsError("invalid_argument", message, { hint });
  if (row.kind !== "approval" || row.tool === null || args === null) {
    throw refuse(
      `${row.action} is no call of a tool, so there is nothing to remember`,
      "Decide it without remembering.",
    );
  }
  if (remember.scope === "execution" && row.execution_id === null) {
    throw refuse(
      "This request belongs to no execution",
      "Remember it for the hand, or decide it only this once.",
    );
  }
  if (remember.until !== undefined && !(remember.until > nowMs)) {
    throw refuse("A rule cannot end before it begins", "Give an instant that is still to come.");
  }
  const missing = remember.args === "exact" ? [] : remember.args.filter((name) => !Object.hasOwn(args, name));
  if (missing.length > 0) {
    throw refuse(
      `The call has no argument ${JSON.stringify(missing[0])}`,
      `It has: ${Object.keys(args).join(", ")}.`,
    );
  }
}

/** Records a rule out of an approval; its id is the approval's. */
export async function rememberApproval(
  transaction: StoreTransaction,
  row: ApprovalRow,
  remember: Remember,
): Promise<ApprovalRuleRow> {
  const args = JSON.parse(row.args_json ?? "{}") as JsonObject;
  const fixed = remember.args === "exact" ? args : pick(args, remember.args);
  const rule: RuleArgs = {
    fixed,
    others: remember.args === "exact" ? "none" : "any",
    files: JSON.parse(row.files_json) as readonly BoundFile[],
    gates: JSON.parse(row.gates_json) as readonly string[],
  };
  const fallbackEnd = remember.scope === "hand" ? transaction.nowMs + DEFAULT_RULE_MS : null;
  const saved = await insertApprovalRule(transaction, {
    id: row.id,
    hand_name: row.hand_name,
    execution_id: remember.scope === "execution" ? row.execution_id : null,
    tool: row.tool ?? "",
    action: row.action,
    args_json: canonicalJson(toJsonValue(rule)),
    version_hash: row.version_hash,
    tool_version: row.tool_version,
    created_at: transaction.nowMs,
    created_by: row.resolved_by ?? "",
    expires_at: remember.until ?? fallbackEnd,
    revoked_at: null,
    revoked_by: null,
    use_count: 0,
  });
  await appendRuleEvent(transaction, saved, "rule.created", saved.created_by);
  return saved;
}

/** Revokes a rule. False where it is not in force, or never was. */
export async function revokeRule(
  store: Store,
  revocation: { readonly ruleId: string; readonly by: string },
): Promise<boolean> {
  return await store.transaction(async (transaction) => {
    const rule = await revokeApprovalRule(transaction, revocation.ruleId, revocation.by);
    if (rule === null) return false;
    await appendRuleEvent(transaction, rule, "rule.revoked", revocation.by);
    return true;
  });
}

async function appendRuleEvent(
  transaction: StoreTransaction,
  rule: ApprovalRuleRow,
  type: string,
  by: string,
): Promise<void> {
  const { args_json, tool, action } = rule;
  const data: JsonValue = { ruleId: rule.id, tool, action, args: JSON.parse(args_json) as JsonValue, by };
  await appendEvent(transaction, {
    type,
    handName: rule.hand_name,
    executionId: rule.execution_id,
    isAudited: true,
    data,
  });
}

function pick(args: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, args[name] ?? null]));
}
