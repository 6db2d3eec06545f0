import { sql } from "kysely";
import type { Store } from "../../src/store/index.ts";
import { appendEvent, sealEvents } from "../../src/store/index.ts";

export interface Filling {
  readonly executions: number;
  readonly events?: number;
  /** The instant of the first execution; each further one is a second later. */
  readonly startAt?: number;
  /** Executions are dealt out to so many hands in turn. Default: 10. */
  readonly hands?: number;
}

/** Fills a store with ended executions of hands `hand-0` …, a step and a delivery each, and sealed events, every third audited. */
export async function fillStore(store: Store, filling: Filling): Promise<void> {
  const { executions, events = 0, startAt = 1_700_000_000_000, hands = 10 } = filling;
  // What both databases can say; every number is an argument, so that the texts stay the same.
  const id = sql`('e' || cast(1000000000 + n as text))`;
  const madeAt = sql`cast(${startAt} as bigint) + n * 1000`;
  const numbers = sql`with recursive numbers(n) as (select cast(0 as bigint) union all select n + 1 from numbers where n < ${executions - 1})`;
  await store.transaction(async ({ db }) => {
    await sql`
      ${numbers} insert into hand_executions (id, hand_name, trigger, status, outcome, scheduled_for, created_at, started_at, completed_at,
        output, attempt, chain_json, files_generated_json, input_tokens, output_tokens, cost_usd, reserved_cost_usd, step_count, fence,
        lost_leases, active_ms, priority, is_untrusted, version_hash)
      select ${id}, 'hand-' || cast(n % ${hands} as text), 'schedule', 'ended', case when n % 7 = 0 then 'failure' else 'success' end, ${madeAt},
        ${madeAt}, ${madeAt}, ${madeAt} + 500, 'Grüße, number ' || cast(n as text), 1, '[]', '[]', n % 1000, n % 100, (n % 977) / 1000.0,
        0, 1, 1, 0, 500, 0, 0, 'v' || cast(n % 50 as text) from numbers
    `.execute(db);
    await sql`
      ${numbers} insert into execution_steps (execution_id, step_index, kind, name, effect, status, args_json, result_json, attempt,
        created_at, input_tokens, output_tokens, is_untrusted)
      select ${id}, 0, 'tool', 'web_fetch', 'read', 'done', '{"number":' || cast(n as text) || '}', '"ok"', 1, ${madeAt}, 0, 0, 0 from numbers
    `.execute(db);
    await sql`
      ${numbers} insert into deliveries (id, execution_id, hand_name, channel, destination, format, payload, status, attempts, created_at,
        completed_at)
      select 'd' || ${id}, ${id}, 'hand-' || cast(n % ${hands} as text), 'dashboard', '', 'markdown', 'text', 'delivered', 1, ${madeAt},
        ${madeAt} + 500 from numbers
    `.execute(db);
  });
  for (let first = 0; first < events; first += 500) {
    await store.transaction(async (transaction) => {
      for (let number = first; number < Math.min(events, first + 500); number += 1) {
        await appendEvent(transaction, { type: "filled", data: { number }, isAudited: number % 3 === 0 });
      }
    });
  }
  await sealEvents(store);
}
