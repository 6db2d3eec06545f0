import { HandsError } from "../core/index.ts";
import { nextFires } from "../schedule/index.ts";
import type { CommandContext } from "./command-context.ts";
import { say, writeJson } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { readSchedules } from "./read-schedules.ts";

/** What is asked for. */
export interface NextQuestion {
  readonly name: string | undefined;
  readonly cron?: string;
  readonly timezone?: string;
  readonly from?: string;
  readonly count: number;
}

/** Prints fires: of an expression or one hand as instants, of every hand with the hand's name. */
export async function printNextFires(context: CommandContext, question: NextQuestion): Promise<number> {
  const { name, cron, timezone, count } = question;
  if (cron !== undefined && name !== undefined) {
    throw new HandsError("invalid_argument", "a hand and --cron exclude each other");
  }
  if (timezone !== undefined && cron === undefined) {
    throw new HandsError("invalid_argument", "--timezone goes with --cron; a hand has its own timezone");
  }
  const from = readInstant(context, question.from);
  if (cron !== undefined) {
    const schedule = { cron, ...(timezone === undefined ? {} : { timezone }) };
    printInstants(context, nextFires(schedule, { from, count }));
    return EXIT.ok;
  }
  const schedules = await readSchedules(context, name);
  if (name !== undefined) {
    const [only] = schedules;
    if (only === undefined) say(context, `${name} has no schedule; \`hands run ${name}\` runs it.`);
    const anchor = only?.anchorAt == null ? from : new Date(only.anchorAt);
    printInstants(context, only === undefined ? [] : nextFires(only.schedule, { from, count, anchor }));
    return EXIT.ok;
  }
  const fires = schedules
    .flatMap(({ handName, schedule, anchorAt }) => {
      const anchor = anchorAt === null ? from : new Date(anchorAt);
      return nextFires(schedule, { from, count, anchor }).map((fire) => ({
        handName,
        at: fire.toISOString(),
      }));
    })
    .sort((left, right) => (left.at < right.at ? -1 : 1))
    .slice(0, count);
  if (context.isJson) writeJson(context, fires);
  else {
    if (fires.length === 0) say(context, "No hand has a schedule.");
    for (const { handName, at } of fires) context.terminal.out.write(`${at}  ${handName}\n`);
  }
  return EXIT.ok;
}

function printInstants(context: CommandContext, fires: readonly Date[]): void {
  const instants = fires.map((fire) => fire.toISOString());
  if (context.isJson) writeJson(context, instants);
  else for (const instant of instants) context.terminal.out.write(`${instant}\n`);
}

function readInstant(context: CommandContext, written: string | undefined): Date {
  if (written === undefined) return new Date(context.clock.now());
  const instant = new Date(written);
  if (!Number.isNaN(instant.getTime()) && /^\d{4}-\d\d-\d\d/.test(written)) return instant;
  throw new HandsError("invalid_argument", `--from ${JSON.stringify(written)} is not an instant`, {
    hint: "Write it as ISO 8601, as in --from 2026-03-28T00:00:00Z.",
  });
}
