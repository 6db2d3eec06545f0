import { toJsonValue } from "../../core/index.ts";
import type { HandConfig } from "../../manifest/index.ts";
import type { HandJson } from "../../registry/index.ts";
import { describeSchedule } from "../../schedule/index.ts";
import type { Hand } from "../api-types.ts";
import type { ServerContext } from "../server-context.ts";

/** Every hand, broken ones too, by name. */
export async function listHandViews(context: ServerContext): Promise<readonly Hand[]> {
  const { registry } = context.runtime;
  const entries = await registry.listEntries();
  const configs = new Map(registry.listHands().map((config) => [config.name, config]));
  return entries.map((entry) => toHand(entry, configs.get(entry.name) ?? null));
}

/** A hand in a list. */
export function toHand(entry: HandJson, config: HandConfig | null): Hand {
  return {
    ...entry,
    problems: toJsonValue(entry.problems) as unknown as Hand["problems"],
    scheduleInWords: describe(config),
    trigger: config?.trigger ?? null,
    version: config?.version ?? null,
  };
}

function describe(config: HandConfig | null): string | null {
  return config === null || config.schedule === null ? null : describeSchedule(config.schedule);
}
