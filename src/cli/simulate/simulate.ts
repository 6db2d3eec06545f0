import { parseDuration } from "../../core/index.ts";
import type { PastRuns } from "../../explain/index.ts";
import type { CommandContext } from "../command-context.ts";
import { say, writeJson } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { loadProject, openForReading } from "../project.ts";
import { readPastRuns } from "../read-past-runs.ts";
import type { HandSchedule } from "../read-schedules.ts";
import { readSchedules } from "../read-schedules.ts";
import { forecast } from "./forecast.ts";
import { formatForecast } from "./format-forecast.ts";
import type { SimulatedHand } from "./types.ts";

const DAY_MS = 86_400_000;

/** Says what hands would do in the days to come, by their schedules and what their runs took so far. Runs and changes nothing. */
export async function simulate(
  context: CommandContext,
  names: readonly string[],
  options: { readonly days: number; readonly duration: string | null },
): Promise<number> {
  const durationMs = options.duration === null ? null : parseDuration(options.duration);
  const schedules =
    names.length === 0
      ? await readSchedules(context, undefined)
      : (await Promise.all([...new Set(names)].map((name) => readSchedules(context, name)))).flat();
  for (const name of names)
    if (!schedules.some(({ handName }) => handName === name))
      say(context, `${name} has no schedule, so it never fires.`);
  const past = await readPast(
    context,
    schedules.map(({ handName }) => handName),
  );
  const fromMs = context.clock.now();
  const hands = schedules.map((entry) =>
    toSimulatedHand(entry, past.get(entry.handName), durationMs, fromMs),
  );
  const result = forecast(hands, { fromMs, untilMs: fromMs + options.days * DAY_MS });
  if (context.isJson) writeJson(context, result);
  else if (hands.length === 0) say(context, "No hand has a schedule.");
  else context.terminal.out.write(formatForecast(context.terminal.out, result));
  if (!context.isJson && hands.some((hand) => hand.durationMs === null))
    say(
      context,
      "Where nothing is known of how long runs take, none overlap here: --duration 5m says how long.",
    );
  return EXIT.ok;
}

async function readPast(
  context: CommandContext,
  names: readonly string[],
): Promise<ReadonlyMap<string, PastRuns>> {
  const { config } = await loadProject(context);
  const store = await openForReading(context, config);
  try {
    return await readPastRuns(store, names);
  } finally {
    await store.close();
  }
}

function toSimulatedHand(
  { handName, schedule, anchorAt }: HandSchedule,
  past: PastRuns | undefined,
  durationMs: number | null,
  nowMs: number,
): SimulatedHand {
  const recordedMs = past?.averageDurationMs ?? null;
  return {
    handName,
    schedule,
    anchorMs: anchorAt ?? nowMs,
    durationMs: durationMs ?? recordedMs,
    durationFrom: durationMs !== null ? "option" : recordedMs !== null ? "record" : null,
    costUsdPerRun: past?.averageCostUsd ?? null,
  };
}
