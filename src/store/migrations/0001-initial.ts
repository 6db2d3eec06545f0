import { createTable } from "./create-table.ts";
import type { Migration, MigrationContext } from "./migration.ts";

/** The tables of the first version. `bigint` holds instants and sums, `integer` flags and small numbers. */
export const initialMigration: Migration = {
  number: 1,
  name: "initial",
  async up(context) {
    await createHandTables(context);
    await createExecutionTables(context);
    await createApprovalTables(context);
    await createRecordTables(context);
  },
};

async function createHandTables({ schema, types: { key } }: MigrationContext): Promise<void> {
  await createTable(schema, "hands", {
    key: ["name"],
    required: {
      name: key,
      config_json: "text",
      enabled: "integer",
      loaded_at: "bigint",
      hands_dir: "text",
      hand_dir: "text",
      problems_json: "text",
    },
  });
  await createTable(schema, "hand_states", {
    key: ["hand_name"],
    required: {
      hand_name: key,
      status: key,
      run_count: "bigint",
      success_count: "bigint",
      failure_count: "bigint",
      is_paused: "integer",
    },
    nullable: {
      last_run_at: "bigint",
      next_run_at: "bigint",
      due_at: "bigint",
      schedule_hash: "text",
      anchor_at: "bigint",
      last_fire_at: "bigint",
      error_message: "text",
      paused_at: "bigint",
      paused_by: "text",
      pause_note: "text",
      enabled_override: "integer",
      enabled_override_by: "text",
    },
    indexes: { due: { columns: ["due_at"] } },
  });
  await createTable(schema, "hand_versions", {
    key: ["hash"],
    required: { hash: key, hand_name: key, created_at: "bigint", files_json: "text" },
    indexes: { by_hand: { columns: ["hand_name", "created_at desc"] } },
  });
  await createTable(schema, "hand_memory", {
    key: ["hand_name", "key"],
    required: { hand_name: key, key, value_json: "text", updated_at: "bigint" },
  });
}

async function createExecutionTables({ schema, types: { key } }: MigrationContext): Promise<void> {
  await createTable(schema, "hand_executions", {
    key: ["id"],
    required: {
      id: key,
      hand_name: key,
      trigger: key,
      status: key,
      created_at: "bigint",
      output: "text",
      attempt: "integer",
      chain_json: "text",
      files_generated_json: "text",
      input_tokens: "bigint",
      output_tokens: "bigint",
      reserved_cost_usd: "double precision",
      step_count: "integer",
      fence: "bigint",
      lost_leases: "integer",
      active_ms: "bigint",
      priority: "integer",
      is_untrusted: "integer",
    },
    nullable: {
      reason: "text",
      outcome: key,
      scheduled_for: "bigint",
      started_at: "bigint",
      completed_at: "bigint",
      error: "text",
      error_code: "text",
      approval_id: key,
      coalesced_json: "text",
      retry_of: key,
      event_id: key,
      input_json: "text",
      parameters_json: "text",
      version_hash: key,
      cost_usd: "double precision",
      lease_owner: "text",
      lease_until: "bigint",
      wake_at: "bigint",
      cancel_requested_at: "bigint",
      cancel_requested_by: "text",
    },
    indexes: {
      one_per_fire: { columns: ["hand_name", "scheduled_for"], isUnique: true },
      one_per_event: { columns: ["hand_name", "event_id"], isUnique: true },
      claimable: { columns: ["status", "priority desc", "created_at"] },
      leases: { columns: ["status", "lease_until"] },
      wakes: { columns: ["status", "wake_at"] },
      by_hand_status: { columns: ["hand_name", "status"] },
      recent_of_hand: { columns: ["hand_name", "created_at desc", "id desc"] },
      recent: { columns: ["created_at desc", "id desc"] },
      retries: { columns: ["retry_of"] },
    },
  });
  await createTable(schema, "execution_steps", {
    key: ["execution_id", "step_index"],
    required: {
      execution_id: key,
      step_index: "integer",
      kind: key,
      name: "text",
      status: key,
      attempt: "integer",
      created_at: "bigint",
      input_tokens: "bigint",
      output_tokens: "bigint",
      is_untrusted: "integer",
    },
    nullable: {
      effect: key,
      turn_index: "integer",
      call_id: "text",
      args_json: "text",
      args_hash: "text",
      result_json: "text",
      error_json: "text",
      approval_id: key,
      tool_version: "text",
      started_at: "bigint",
      completed_at: "bigint",
      result_order: "integer",
      wake_at: "bigint",
      cost_usd: "double precision",
      detail_json: "text",
      node_id: "text",
    },
  });
  await createTable(schema, "deliveries", {
    key: ["id"],
    required: {
      id: key,
      execution_id: key,
      hand_name: key,
      channel: "text",
      destination: "text",
      format: "text",
      payload: "text",
      status: key,
      attempts: "integer",
      created_at: "bigint",
    },
    nullable: {
      next_attempt_at: "bigint",
      completed_at: "bigint",
      error: "text",
      result: "text",
      lease_owner: "text",
      lease_until: "bigint",
    },
    indexes: {
      due: { columns: ["status", "next_attempt_at"] },
      leases: { columns: ["status", "lease_until"] },
      of_execution: { columns: ["execution_id"] },
    },
  });
}

async function createApprovalTables({ schema, types: { key } }: MigrationContext): Promise<void> {
  await createTable(schema, "approval_queue", {
    key: ["id"],
    required: {
      id: key,
      hand_name: key,
      kind: key,
      action: "text",
      description: "text",
      context_json: "text",
      status: key,
      created_at: "bigint",
      gates_json: "text",
      files_json: "text",
    },
    nullable: {
      execution_id: key,
      step_index: "integer",
      expires_at: "bigint",
      resolved_at: "bigint",
      resolved_by: "text",
      resolved_via: "text",
      note: "text",
      tool: "text",
      effect: key,
      args_json: "text",
      args_hash: "text",
      original_args_json: "text",
      version_hash: key,
      tool_version: "text",
      auto_approve_at: "bigint",
      auto_approve_after_ms: "bigint",
      clock_stopped_at: "bigint",
      answer: key,
      rule_id: key,
    },
    indexes: {
      by_status: { columns: ["status", "created_at"] },
      expiring: { columns: ["status", "expires_at"] },
      auto_approving: { columns: ["status", "auto_approve_at"] },
      of_execution: { columns: ["execution_id"] },
      of_hand: { columns: ["hand_name", "created_at desc"] },
    },
  });
  await createTable(schema, "approval_rules", {
    key: ["id"],
    required: {
      id: key,
      hand_name: key,
      tool: "text",
      action: "text",
      args_json: "text",
      created_at: "bigint",
      created_by: "text",
      use_count: "bigint",
    },
    nullable: {
      execution_id: key,
      version_hash: key,
      tool_version: "text",
      expires_at: "bigint",
      revoked_at: "bigint",
      revoked_by: "text",
    },
    indexes: { of_hand: { columns: ["hand_name"] } },
  });
}

async function createRecordTables({ schema, types: { key } }: MigrationContext): Promise<void> {
  await createTable(schema, "events", {
    key: ["id"],
    required: { id: key, type: "text", data_json: "text", created_at: "bigint", is_audited: "integer" },
    nullable: { position: "bigint", hand_name: key, execution_id: key, previous_hash: "text", hash: "text" },
    indexes: {
      in_order: { columns: ["position"], isUnique: true },
      unsealed: { columns: ["created_at", "id"], whereNull: "position" },
      of_execution: { columns: ["execution_id"] },
    },
  });
  await createTable(schema, "runtime_state", {
    key: ["key"],
    required: { key, value: "text", updated_at: "bigint" },
  });
}
