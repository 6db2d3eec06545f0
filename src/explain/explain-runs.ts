import { formatDuration, formatInstant } from "../core/index.ts";
import type { ScheduleConfig } from "../schedule/index.ts";
import { describeSchedule } from "../schedule/index.ts";
import { joinWords } from "./join-words.ts";
import type { ExplainedFacts } from "./types.ts";

const OVERLAPS = {
  skip: "A fire that comes while it still runs is skipped.",
  queue: "A fire that comes while it still runs waits for its turn; one is kept.",
  cancel: "A fire that comes while it still runs cancels that run; one that waits for a human is spared.",
  allow: "A fire that comes while it still runs starts beside it.",
} as const;

/** When the hand runs, and what happens to fires that cannot. */
export function explainRuns(facts: ExplainedFacts): readonly string[] {
  const { hand, isEnabled, isPaused, nextFires } = facts;
  const { schedule } = hand;
  const sentences: string[] = [];
  if (!isEnabled)
    sentences.push(
      `It is disabled: nothing starts it until \`hands enable ${hand.name}\`, or \`enabled = true\` in its manifest.`,
    );
  if (isPaused)
    sentences.push("It is paused: its fires are skipped until it is resumed; you can still run it.");
  if (schedule !== null) sentences.push(...explainSchedule(schedule));
  if (schedule !== null && isEnabled && nextFires.length > 0)
    sentences.push(`The next fires: ${joinWords(nextFires.map(formatInstant))}.`);
  if (hand.triggers.events.length > 0)
    sentences.push(`It starts when one of these happens: ${joinWords(hand.triggers.events)}.`);
  if (hand.trigger === "webhook") sentences.push("It starts when its webhook is called.");
  const isOnlyByHand = schedule === null && hand.triggers.events.length === 0 && hand.trigger !== "webhook";
  if (!isEnabled) return sentences;
  sentences.push(
    isOnlyByHand
      ? `It runs only when somebody starts it: \`hands run ${hand.name}\`.`
      : `Besides, \`hands run ${hand.name}\` starts it at any time.`,
  );
  return sentences;
}

function explainSchedule(schedule: ScheduleConfig): readonly string[] {
  const { catchUp = "one", graceMs, jitterMs = 0, overlap = "skip" } = schedule;
  const grace =
    graceMs === undefined
      ? catchUp === "all"
        ? "24h"
        : "one period, at most 24h,"
      : `${formatDuration(graceMs)}`;
  const missed = {
    one: `Of fires that were missed, because nothing was running, the newest is caught up if it is no older than ${grace.replace(/,$/, "")}.`,
    all: `Fires that were missed, because nothing was running, are all caught up (at most 100) if they are no older than ${grace}.`,
    none: "Fires that were missed, because nothing was running, are not caught up.",
  }[catchUp];
  return [
    `It fires ${describeSchedule(schedule)}.`,
    ...(jitterMs === 0
      ? []
      : [`Each fire is delayed by up to ${formatDuration(jitterMs)}, always the same for one fire.`]),
    OVERLAPS[overlap],
    missed,
  ];
}
