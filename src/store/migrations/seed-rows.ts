import type { ExecutionRow } from "../queries/executions.ts";
import { emptyExecution } from "../queries/new-executions.ts";
import type { ApprovalStatus, HandOutcome } from "../states.ts";
import { APPROVAL_STATUSES, HAND_OUTCOMES } from "../states.ts";
import type { ApprovalQueueTable, HandStatesTable, HandsTable } from "../tables.ts";
import { parseSeedInstant } from "./parse-seed-instant.ts";

/** A row of the seed: its columns may hold anything, and old ones may lack some. */
export type SeedRow = Readonly<Record<string, unknown>>;

export interface SeedConversion {
  readonly nowMs: number;
  /** Called for each instant that could not be read, and became null. */
  readonly reportUnreadable: (place: { table: string; key: string; column: string; value: string }) => void;
}

/** A hand of the seed's index. Its manifest is read anew from its folder; until then it is shown as not loaded. */
export function convertSeedHand(row: SeedRow, conversion: SeedConversion): HandsTable {
  const name = readText(row["name"]);
  return {
    name,
    config_json: "null",
    enabled: Number(row["enabled"] ?? 1) === 0 ? 0 : 1,
    loaded_at: readInstant("hands", name, row, "loaded_at", conversion) ?? conversion.nowMs,
    hands_dir: "",
    hand_dir: readHandDir(row["config_json"]),
    problems_json: "[]",
    reading_json: null,
  };
}

/** The state that the seed kept in memory only, as far as its executions tell. */
export function summariseSeedHand(name: string, executions: readonly ExecutionRow[]): HandStatesTable {
  const ran = executions.filter(({ hand_name, outcome }) => hand_name === name && outcome !== "skipped");
  const successCount = ran.filter(({ outcome }) => outcome === "success").length;
  const lastRunAt = ran.reduce((newest, { started_at }) => Math.max(newest, started_at ?? 0), 0);
  return {
    hand_name: name,
    status: "idle",
    last_run_at: lastRunAt === 0 ? null : lastRunAt,
    next_run_at: null,
    due_at: null,
    schedule_hash: null,
    anchor_at: null,
    last_fire_at: null,
    run_count: ran.length,
    success_count: successCount,
    failure_count: ran.length - successCount,
    error_message: null,
    is_paused: 0,
    paused_at: null,
    paused_by: null,
    pause_note: null,
    enabled_override: null,
    enabled_override_by: null,
  };
}

/** An execution of the seed, which has ended: nothing can carry it on. */
export function convertSeedExecution(row: SeedRow, conversion: SeedConversion): ExecutionRow {
  const id = readText(row["id"]);
  const instant = (column: string) => readInstant("hand_executions", id, row, column, conversion);
  const startedAt = instant("started_at");
  const completedAt = instant("completed_at");
  const { outcome, explanation } = convertOutcome(row["outcome"]);
  return {
    ...emptyExecution({
      id,
      hand_name: readText(row["hand_name"]),
      trigger: readText(row["trigger"]),
      created_at: startedAt ?? completedAt ?? conversion.nowMs,
    }),
    status: "ended",
    outcome,
    started_at: startedAt,
    completed_at: completedAt,
    output: readText(row["output"]),
    error: readOptionalText(row["error"]) ?? explanation,
    approval_id: readOptionalText(row["approval_id"]),
    attempt: 1,
    active_ms: startedAt === null || completedAt === null ? 0 : Math.max(0, completedAt - startedAt),
    // It was not counted.
    cost_usd: null,
  };
}

/** A request of the seed. One that was open is expired if its time is over, else cancelled: an answer could do nothing. */
export function convertSeedApproval(
  row: SeedRow,
  executionId: string | null,
  conversion: SeedConversion,
): ApprovalQueueTable {
  const id = readText(row["id"]);
  const instant = (column: string) => readInstant("approval_queue", id, row, column, conversion);
  const expiresAt = instant("expires_at");
  const resolvedAt = instant("resolved_at");
  const given = readText(row["status"]);
  const { status, note } = convertApprovalStatus(given, expiresAt, conversion.nowMs);
  const isClosedNow = status !== given;
  return {
    id,
    hand_name: readText(row["hand_name"]),
    execution_id: executionId,
    step_index: null,
    kind: "approval",
    action: readText(row["action"]),
    description: readText(row["description"]),
    context_json: readJsonText(row["context_json"]),
    status,
    created_at: instant("created_at") ?? resolvedAt ?? conversion.nowMs,
    expires_at: expiresAt,
    resolved_at: resolvedAt ?? (isClosedNow ? conversion.nowMs : null),
    resolved_by: readOptionalText(row["resolved_by"]) ?? (isClosedNow ? "runtime" : null),
    resolved_via: isClosedNow ? "runtime" : null,
    note,
    gates_json: "[]",
    tool: null,
    effect: null,
    args_json: null,
    args_hash: null,
    original_args_json: null,
    files_json: "[]",
    version_hash: null,
    tool_version: null,
    auto_approve_at: null,
    auto_approve_after_ms: null,
    clock_stopped_at: null,
    answer: null,
    rule_id: null,
    withheld_at: null,
  };
}

function convertOutcome(value: unknown): { outcome: HandOutcome; explanation: string | null } {
  const given = readText(value);
  if (given === "approval_pending") {
    const explanation =
      "It waited for an approval when the database was converted, and could not be carried on.";
    return { outcome: "failure", explanation };
  }
  const outcome = HAND_OUTCOMES.find((known) => known === given);
  if (outcome !== undefined) return { outcome, explanation: null };
  const explanation =
    given === "" ? "Its end was never recorded." : `Its outcome was recorded as ${JSON.stringify(given)}.`;
  return { outcome: "failure", explanation };
}

function convertApprovalStatus(
  given: string,
  expiresAt: number | null,
  nowMs: number,
): { status: ApprovalStatus; note: string | null } {
  if (given === "pending") {
    if (expiresAt !== null && expiresAt <= nowMs) return { status: "expired", note: null };
    return {
      status: "cancelled",
      note: "Open when the database was converted; its execution could not be carried on.",
    };
  }
  const status = APPROVAL_STATUSES.find((known) => known === given);
  return status === undefined
    ? { status: "cancelled", note: `Its status was recorded as ${JSON.stringify(given)}.` }
    : { status, note: null };
}

function readInstant(
  table: string,
  key: string,
  row: SeedRow,
  column: string,
  { reportUnreadable }: SeedConversion,
): number | null {
  const value = row[column];
  if (value === null || value === undefined) return null;
  const instant = parseSeedInstant(String(value));
  if (instant === null) reportUnreadable({ table, key, column, value: String(value) });
  return instant;
}

function readText(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

function readOptionalText(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

/** What is no JSON is kept as a JSON text. */
function readJsonText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "{}";
  try {
    JSON.parse(String(value));
    return String(value);
  } catch {
    return JSON.stringify(String(value));
  }
}

function readHandDir(configJson: unknown): string {
  try {
    const config: unknown = JSON.parse(readText(configJson));
    const isNamed = typeof config === "object" && config !== null && "hand_dir" in config;
    return isNamed ? readText(config.hand_dir) : "";
  } catch {
    return "";
  }
}
