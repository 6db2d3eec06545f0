import type { JsonValue } from "../../core/index.ts";
import { toIso } from "../../core/index.ts";
import type { StepRow, Store } from "../../store/index.ts";
import { findNodeHosts, toStepsJson } from "../../store/index.ts";
import type { Step } from "../api-types.ts";

/** Longer arguments and results are cut in lists. */
const LONGEST_IN_LIST = 16_384;
const CUT_LENGTH = 2_000;

/** Names of hosts by the ids of nodes. */
type Hosts = ReadonlyMap<string, string>;

/** Steps of a list: what is long in them is cut, and says so. A script's journaled values are left out. */
export async function toSteps(store: Pick<Store, "db">, rows: readonly StepRow[]): Promise<readonly Step[]> {
  const hosts = await readHosts(store, rows);
  return rows.flatMap((row) => toStep(isLong(row) ? cut(row) : row, isLong(row), hosts));
}

/** One step, whole. */
export async function toWholeStep(store: Pick<Store, "db">, row: StepRow): Promise<Step | undefined> {
  return toStep(row, false, await readHosts(store, [row]))[0];
}

async function readHosts(store: Pick<Store, "db">, rows: readonly StepRow[]): Promise<Hosts> {
  return await findNodeHosts(store, [...new Set(rows.flatMap(({ node_id }) => node_id ?? []))]);
}

/** A step in a line. */
export function summariseStep(row: StepRow): string {
  const args = row.kind === "tool" ? (row.args_json ?? "") : "";
  const text = `${args}${args === "" ? "" : " → "}${row.error_json ?? readText(row.result_json)}`;
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}

function toStep(row: StepRow, isCut: boolean, hosts: Hosts): readonly Step[] {
  return toStepsJson([row]).map((step) => ({
    ...step,
    turnIndex: row.turn_index,
    attempt: row.attempt,
    createdAt: toIso(row.created_at),
    wakeAt: toIso(row.wake_at),
    usage: { inputTokens: row.input_tokens, outputTokens: row.output_tokens, costUsd: row.cost_usd },
    isUntrusted: row.is_untrusted === 1,
    node: row.node_id === null ? null : { id: row.node_id, hostName: hosts.get(row.node_id) ?? null },
    isCut,
  }));
}

function isLong(row: StepRow): boolean {
  return (row.args_json?.length ?? 0) > LONGEST_IN_LIST || (row.result_json?.length ?? 0) > LONGEST_IN_LIST;
}

function cut(row: StepRow): StepRow {
  return { ...row, args_json: cutJson(row.args_json), result_json: cutJson(row.result_json) };
}

/** The beginning of a long value, as a text. */
function cutJson(json: string | null): string | null {
  if (json === null || json.length <= LONGEST_IN_LIST) return json;
  return JSON.stringify(`${json.slice(0, CUT_LENGTH)}…`);
}

/** A model's words where there are some, else the value itself. */
function readText(json: string | null): string {
  if (json === null) return "";
  const value = JSON.parse(json) as JsonValue;
  const text = typeof value === "object" && value !== null && "text" in value ? value["text"] : undefined;
  return typeof text === "string" && text !== "" ? text : json;
}
