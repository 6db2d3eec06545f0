import type { JsonObject } from "../core/index.ts";
import { toIso } from "../core/index.ts";
import type { ApprovalRuleRow, Store } from "../store/index.ts";
import { listApprovalRules } from "../store/index.ts";
import type { RuleArgs } from "./remembered-rules.ts";

/** A remembered approval as every face shows it. */
export interface RuleJson {
  readonly id: string;
  readonly handName: string;
  /** Set where it is for one execution only. */
  readonly executionId: string | null;
  readonly tool: string;
  readonly action: string;
  /** Arguments that have to be exactly these. */
  readonly fixedArgs: JsonObject;
  /** May there be other arguments, whatever they are? */
  readonly allowsOtherArgs: boolean;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string | null;
  readonly useCount: number;
}

/** Remembered approvals that are in force, newest first, of a hand or of all (null). */
export async function listRules(store: Store, handName: string | null): Promise<readonly RuleJson[]> {
  return (await listApprovalRules(store, store.nowMs(), handName)).map(toRuleJson);
}

function toRuleJson(row: ApprovalRuleRow): RuleJson {
  const { fixed, others } = JSON.parse(row.args_json) as RuleArgs;
  return {
    id: row.id,
    handName: row.hand_name,
    executionId: row.execution_id,
    tool: row.tool,
    action: row.action,
    fixedArgs: fixed,
    allowsOtherArgs: others === "any",
    createdAt: toIso(row.created_at),
    createdBy: row.created_by,
    expiresAt: toIso(row.expires_at),
    useCount: row.use_count,
  };
}
