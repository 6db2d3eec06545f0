import type { Generated } from "kysely";
import type { HandStatus, TroubleKind } from "../states.ts";

/** The index of hands. */
export interface HandsTable {
  name: string;
  /** The validated manifest, or `null` as text for a broken hand. */
  config_json: string;
  enabled: number;
  loaded_at: number;
  /** The hands folder whose loader owns this row. */
  hands_dir: string;
  hand_dir: string;
  /** Diagnostics, as a JSON list. */
  problems_json: string;
  /** What the row was read from, as `{ program, fingerprint, found }`; null where the folder is to be read at each start. */
  reading_json: string | null;
}

/** What a hand is at; lives on when the folder is removed. */
export interface HandStatesTable {
  hand_name: string;
  status: HandStatus;
  last_run_at: number | null;
  /** The next scheduled instant, before jitter. */
  next_run_at: number | null;
  /** When that fire is to be acted upon: `next_run_at` plus jitter. */
  due_at: number | null;
  /** Hash of the schedule that `next_run_at` was computed from. */
  schedule_hash: string | null;
  /** Where intervals are counted from. */
  anchor_at: number | null;
  /** The newest scheduled instant that has been dealt with. */
  last_fire_at: number | null;
  run_count: number;
  success_count: number;
  failure_count: number;
  error_message: string | null;
  is_paused: number;
  paused_at: number | null;
  paused_by: string | null;
  pause_note: string | null;
  /** 0 or 1 where an operator overrides the manifest's `enabled`, else null. */
  enabled_override: number | null;
  enabled_override_by: string | null;
}

/** Contents of hand folders that ran, by their hash. */
export interface HandVersionsTable {
  hash: string;
  hand_name: string;
  created_at: number;
  /** `[{ path, content }]`, the content in base64. */
  files_json: string;
}

/** What a hand remembers between executions. */
export interface HandMemoryTable {
  hand_name: string;
  key: string;
  value_json: string;
  updated_at: number;
  /** 1 where it may say what came from outside. */
  is_untrusted: Generated<number>;
}

/** What is wrong with hands, from the alert to the recovery. */
export interface HandTroublesTable {
  hand_name: string;
  kind: TroubleKind;
  since: number;
  /** How often it happened since. */
  count: number;
  message: string;
}
