import { expect, test } from "vitest";
import type { Database } from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";

const INSTANT = 1_795_000_000_123;
/** Larger than 32 bits, and exact as a number. */
const LARGE = 9_007_199_254_740_991;
const TEXT = "Grüße\n‘quoted’ 🖐";

/** One row of each table with something in every column; the compiler knows when one is missing. */
const ROWS: {
  readonly [Table in keyof Database]: { readonly [Column in keyof Database[Table]]: NonNullable<unknown> };
} = {
  hands: {
    name: "scout",
    config_json: "{}",
    enabled: 1,
    loaded_at: INSTANT,
    hands_dir: "/hands",
    hand_dir: "/hands/scout",
    problems_json: "[]",
    reading_json: "{}",
  },
  hand_states: {
    hand_name: "scout",
    status: "idle",
    last_run_at: INSTANT,
    next_run_at: INSTANT,
    due_at: INSTANT,
    schedule_hash: "h",
    anchor_at: INSTANT,
    last_fire_at: INSTANT,
    run_count: LARGE,
    success_count: 1,
    failure_count: 2,
    error_message: TEXT,
    is_paused: 1,
    paused_at: INSTANT,
    paused_by: "someone",
    pause_note: TEXT,
    enabled_override: 0,
    enabled_override_by: "someone",
  },
  hand_executions: {
    id: "e1",
    hand_name: "scout",
    trigger: "manual",
    status: "ended",
    reason: "approval",
    outcome: "success",
    scheduled_for: INSTANT,
    created_at: INSTANT,
    started_at: INSTANT,
    completed_at: INSTANT,
    output: TEXT,
    error: TEXT,
    error_code: "timeout",
    approval_id: "a1",
    attempt: 1,
    coalesced_json: "{}",
    retry_of: "e0",
    event_id: "v1",
    chain_json: "[]",
    input_json: "{}",
    parameters_json: "{}",
    version_hash: "h",
    files_generated_json: "[]",
    input_tokens: LARGE,
    output_tokens: 1,
    cost_usd: 0.1,
    reserved_cost_usd: 1e-9,
    step_count: 3,
    fence: LARGE,
    lease_owner: "node",
    lease_until: INSTANT,
    lost_leases: 0,
    active_ms: LARGE,
    wake_at: INSTANT,
    priority: -1,
    cancel_requested_at: INSTANT,
    cancel_requested_by: "someone",
    is_untrusted: 1,
    is_input_untrusted: 1,
  },
  execution_steps: {
    execution_id: "e1",
    step_index: 0,
    kind: "tool",
    name: TEXT,
    effect: "write",
    status: "done",
    turn_index: 1,
    call_id: "c",
    args_json: "{}",
    args_hash: "h",
    result_json: "{}",
    error_json: "{}",
    approval_id: "a1",
    attempt: 1,
    tool_version: "v",
    created_at: INSTANT,
    started_at: INSTANT,
    completed_at: INSTANT,
    result_order: 2,
    wake_at: INSTANT,
    input_tokens: 1,
    output_tokens: 1,
    cost_usd: 0.30000000000000004,
    detail_json: "{}",
    node_id: "n",
    is_untrusted: 0,
  },
  approval_queue: {
    id: "a1",
    hand_name: "scout",
    execution_id: "e1",
    step_index: 0,
    kind: "approval",
    action: "pay",
    description: TEXT,
    context_json: "{}",
    status: "pending",
    created_at: INSTANT,
    expires_at: INSTANT,
    resolved_at: INSTANT,
    resolved_by: "someone",
    resolved_via: "cli",
    note: TEXT,
    gates_json: "[]",
    tool: "pay_invoice",
    effect: "destructive",
    args_json: "{}",
    args_hash: "h",
    original_args_json: "{}",
    files_json: "[]",
    version_hash: "h",
    tool_version: "v",
    auto_approve_at: INSTANT,
    auto_approve_after_ms: 300_000,
    clock_stopped_at: INSTANT,
    answer: "skip",
    rule_id: "r1",
    withheld_at: INSTANT,
  },
  hand_versions: { hash: "h", hand_name: "scout", created_at: INSTANT, files_json: "[]" },
  hand_memory: { hand_name: "scout", key: "k", value_json: "1", updated_at: INSTANT, is_untrusted: 1 },
  deliveries: {
    id: "d1",
    execution_id: "e1",
    hand_name: "scout",
    channel: "file",
    destination: "/tmp/x",
    format: "markdown",
    payload: TEXT,
    status: "pending",
    attempts: 0,
    created_at: INSTANT,
    next_attempt_at: INSTANT,
    completed_at: INSTANT,
    error: TEXT,
    result: TEXT,
    lease_owner: "n",
    lease_until: INSTANT,
  },
  events: {
    id: "v1",
    position: LARGE,
    type: "t",
    hand_name: "scout",
    execution_id: "e1",
    data_json: "{}",
    created_at: INSTANT,
    is_audited: 1,
    previous_hash: "p",
    hash: "h",
  },
  approval_rules: {
    id: "r1",
    hand_name: "scout",
    execution_id: "e1",
    tool: "pay_invoice",
    action: "pay",
    args_json: "{}",
    version_hash: "h",
    tool_version: "v",
    created_at: INSTANT,
    created_by: "someone",
    expires_at: INSTANT,
    revoked_at: INSTANT,
    revoked_by: "someone",
    use_count: LARGE,
  },
  runtime_state: { key: "k", value: TEXT, updated_at: INSTANT },
  api_tokens: {
    id: "t",
    name: TEXT,
    scopes_json: "[]",
    secret_hash: "h",
    created_at: INSTANT,
    created_by: TEXT,
    expires_at: INSTANT,
    last_used_at: INSTANT,
    revoked_at: INSTANT,
    revoked_by: TEXT,
  },
  sessions: {
    id: "s",
    name: TEXT,
    scopes_json: "[]",
    secret_hash: "h",
    token_id: "t",
    created_at: INSTANT,
    expires_at: INSTANT,
    ended_at: INSTANT,
  },
  login_links: { secret_hash: "h", created_at: INSTANT, expires_at: INSTANT, used_at: INSTANT },
  nodes: {
    id: "n1",
    host_name: "machine",
    pid: 4242,
    roles_json: '["worker"]',
    program_version: "1.2.3",
    schema_number: 7,
    hands_dir: "/hands",
    hands_hash: "h",
    hands_json: "{}",
    started_at: INSTANT,
    last_seen_at: INSTANT,
    active_count: 3,
    max_active: 10,
    outdated_at: INSTANT,
    stopped_at: INSTANT,
  },
  model_requests: {
    id: "r",
    provider: "groq",
    node_id: "n1",
    tokens: 1200,
    asked_at: INSTANT,
    started_at: INSTANT,
    lease_until: INSTANT,
  },
  partial_texts: {
    execution_id: "e",
    step_index: 3,
    hand_name: "scout",
    text_offset: 7,
    text: TEXT,
    updated_at: INSTANT,
  },
  request_messages: {
    id: "m",
    execution_id: "e1",
    hand_name: "scout",
    channel: "telegram",
    recipient: "email:ann@example.com",
    approval_ids_json: "[]",
    status: "pending",
    reference: "{}",
    tried_hash: "h",
    shown_version: 2,
    attempts: 1,
    created_at: INSTANT,
    next_attempt_at: INSTANT,
    sent_at: INSTANT,
    closed_at: INSTANT,
    error: TEXT,
    lease_owner: "n",
    lease_until: INSTANT,
  },
  decision_tokens: {
    token_hash: "h",
    approval_id: "a1",
    message_id: "m",
    decision: "approve",
    channel: "telegram",
    recipient: "",
    created_at: INSTANT,
    expires_at: INSTANT,
    used_at: INSTANT,
    used_by: "telegram:1",
    used_by_name: TEXT,
  },
  notices: {
    id: "n",
    notice_key: "failing:scout",
    channel: "telegram",
    kind: "alert",
    title: TEXT,
    text: TEXT,
    url: "https://hands.example.com",
    hand_name: "scout",
    status: "delivered",
    attempts: 1,
    created_at: INSTANT,
    next_attempt_at: INSTANT,
    completed_at: INSTANT,
    error: TEXT,
    lease_owner: "n",
    lease_until: INSTANT,
  },
  hand_troubles: { hand_name: "scout", kind: "failing", since: INSTANT, count: 2, message: TEXT },
};

describeEachStore("tables", (openStore) => {
  test("every column of every table keeps what it is given, and numbers stay numbers", async () => {
    const store = await openStore();
    const tables = Object.keys(ROWS) as (keyof Database)[];
    expect(tables.length).toBeGreaterThan(10);
    for (const table of tables) {
      await store.transaction(({ db }) =>
        db
          .insertInto(table)
          .values(ROWS[table] as never)
          .execute(),
      );
      expect(await store.db.selectFrom(table).selectAll().execute()).toEqual([ROWS[table]]);
    }
  });

  test("a fire and an event start one execution of a hand; executions without either are as many as wanted", async () => {
    const store = await openStore();
    const insert = (id: string, changes: Partial<Database["hand_executions"]>) =>
      store.transaction(({ db }) =>
        db
          .insertInto("hand_executions")
          .values({ ...ROWS.hand_executions, id, scheduled_for: null, event_id: null, ...changes } as never)
          .execute(),
      );
    await insert("manual-1", {});
    await insert("manual-2", {});
    await insert("fire-1", { scheduled_for: INSTANT });
    await expect(insert("fire-2", { scheduled_for: INSTANT })).rejects.toMatchObject({
      code: "store_failed",
    });
    await insert("fire-3", { scheduled_for: INSTANT, hand_name: "oracle" });
    await insert("event-1", { event_id: "v1" });
    await expect(insert("event-2", { event_id: "v1" })).rejects.toMatchObject({ code: "store_failed" });
    const counted = await store.db
      .selectFrom("hand_executions")
      .select(({ fn }) => [fn.countAll().as("count"), fn.sum("active_ms").as("sum")])
      .executeTakeFirst();
    expect(counted?.count).toBe(5);
    expect(typeof counted?.sum).toBe("number");
  });

  test("an insert that meets a fire again can be told to do nothing, and says so", async () => {
    const store = await openStore();
    const insert = (id: string) =>
      store.transaction(({ db }) =>
        db
          .insertInto("hand_executions")
          .values({ ...ROWS.hand_executions, id } as never)
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst(),
      );
    expect((await insert("first")).numInsertedOrUpdatedRows).toBe(1n);
    expect((await insert("second")).numInsertedOrUpdatedRows).toBe(0n);
  });

  test("texts are told apart and sorted by their bytes", async () => {
    const store = await openStore();
    const names = ["b", "B", "a", "_", "A", "1", "a-b", "ab"];
    await store.transaction(async ({ db }) => {
      for (const key of names) {
        await db
          .insertInto("hand_memory")
          .values({ hand_name: "scout", key, value_json: "1", updated_at: 0 })
          .execute();
      }
    });
    const rows = await store.db.selectFrom("hand_memory").select("key").orderBy("key").execute();
    expect(rows.map(({ key }) => key)).toEqual([...names].sort());
  });
});
