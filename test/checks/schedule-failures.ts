import type { PeerFailure } from "./peer-failures.ts";

/** Failures of schedules. */
export const SCHEDULE_FAILURES: readonly PeerFailure[] = [
  {
    failure: "a hand never fired and nobody was told; missed fires were dropped silently",
    heldBy: {
      "scheduler/fires.test.ts": [
        "It never fired, and nobody was told; missed fires dropped silently: each is on record, and the newest is run",
      ],
    },
  },
  {
    failure: "a fire that was skipped had no state of its own",
    heldBy: {
      "runner/overlap.test.ts": [
        "skip: a fire that finds one running is a skipped row without a start, and counts as no run",
      ],
    },
  },
  {
    failure: "a fire happened twice after a restart",
    heldBy: {
      "scheduler/fires.test.ts": ["Twice after a restart: what fired before it does not fire again"],
      "scheduler/processes.test.ts": [
        "4 processes on one file, killed again and again while hands fire every second: each due fire has exactly one row",
      ],
    },
  },
  {
    failure: "no choice whether missed fires are caught up",
    heldBy: {
      "scheduler/fires.test.ts": [
        "Some users want catch-up, some forbid it: a policy per hand, and coalesce for those that have none",
      ],
    },
  },
  {
    failure: "weekdays were shifted by one",
    heldBy: {
      "scheduler/fires.test.ts": [
        "Weekdays shifted by one, day and weekday ANDed: Monday is Monday, and either day is enough",
      ],
      "schedule/cron-expression.test.ts": ["1-5 is Monday to Friday", "%s is every Sunday"],
    },
  },
  {
    failure: "a day of the month and a weekday had to hold both",
    heldBy: {
      "schedule/cron-expression.test.ts": ["a day of month and a weekday mean either"],
    },
  },
  {
    failure: "a bad expression became hourly, a bad timezone UTC",
    heldBy: {
      "scheduler/fires.test.ts": [
        "A bad cron became hourly, a bad timezone UTC: such a hand is broken and never fires",
      ],
      "schedule/cron-expression.test.ts": [
        "an unknown timezone is answered with the nearest name, never with UTC",
      ],
    },
  },
  {
    failure: "a single instant in the past fired at every tick, or was ignored altogether",
    heldBy: {
      "scheduler/fires.test.ts": [
        "a past `at` fired every tick; `at` ignored altogether: it fires once, ever, and not for the past",
      ],
    },
  },
  {
    failure: "a day was lost when the clocks went forward",
    heldBy: {
      "scheduler/fires.test.ts": [
        "A day lost in the spring clock change: the fire comes at the first instant after the gap, and one a day after it",
      ],
      "schedule/plan-fires.test.ts": ["a day that the clocks changed on is not lost"],
    },
  },
  {
    failure: "jobs ran one after another, so that a slow one delayed all",
    heldBy: {
      "runner/peer-failures.test.ts": [
        "Jobs ran one after another: while one hand's work does not end, others that are due run and end",
      ],
      "scheduler/fires.test.ts": [
        "Jobs ran one after another: a hand whose start fails delays no other, is logged, and is tried again",
        "a thousand hands that are due in one second all start in it",
      ],
    },
  },
  {
    failure: "pausing only changed a label",
    heldBy: {
      "scheduler/pause.test.ts": [
        "Pause only changed a label: a paused hand does not fire, its fires share one row, and resuming catches nothing up",
      ],
      "runner/overlap.test.ts": [
        "Pause only changed a label: a paused hand's fires are skipped, what was decided is held until it resumes, and a human may run it",
      ],
    },
  },
  {
    failure: "a pause was lost at a restart",
    heldBy: {
      "scheduler/pause.test.ts": [
        "pause and counters lost at restart: a pause lasts, and the time nobody was there is paused as well",
      ],
    },
  },
  {
    failure: "counters were lost at a restart",
    heldBy: {
      "registry/records.test.ts": [
        "Counters lost at restart: what was counted is there when the file is opened again, and counting goes on",
      ],
    },
  },
  {
    failure: "an interval began anew at every start",
    heldBy: {
      "scheduler/fires.test.ts": [
        "an interval restarted from zero at every boot: it counts from the first load, whatever happens",
      ],
    },
  },
  {
    failure: "a busy process dropped a fire, for it allowed a second of lateness",
    heldBy: {
      "scheduler/fires.test.ts": [
        "A busy event loop dropped a fire because the grace was one second: up to a minute late is on time",
      ],
      "schedule/plan-fires.test.ts": ["runs up to 60 s late, whatever catch_up = %s says"],
    },
  },
];
