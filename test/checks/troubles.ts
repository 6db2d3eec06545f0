import type { PeerFailure } from "./peer-failures.ts";

/** A row of the README's table of what happens when things go wrong. */
export interface Trouble extends Pick<PeerFailure, "heldBy"> {
  readonly when: string;
  readonly what: string;
}

/** Each with tests that show it. */
export const TROUBLES: readonly Trouble[] = [
  {
    when: "it crashes, or is killed in the middle of a call",
    what: "the next process goes on from the journal. A call that may be repeated is repeated under the same key; one that may not becomes a question: *did it happen?* The program never guesses",
    heldBy: {
      "crash/script-hand.test.ts": [
        "a script hand survives kill -9 before and after its commits",
        "a script hand survives kill -9 before, during and after each of its effects, which are repeated only where that is safe or a human says so",
      ],
      "crash/model-hand.test.ts": [
        "a model hand survives kill -9 before, during and after each of its effects",
      ],
    },
  },
  {
    when: "the power goes",
    what: "what had committed is there, whole, and what was torn is left out: each commit waits for the disk",
    heldBy: {
      "store/sqlite-file.test.ts": ["a commit is on the disk when it returns: WAL with synchronous FULL"],
      "store/damaged-file.test.ts": [
        "after a power cut everything that had committed is there, and of a torn journal everything up to the tear",
      ],
    },
  },
  {
    when: "nobody answers a request",
    what: 'it expires, and expired is "no". A gate may say `auto_approve_after`; its clock starts anew after a time when nobody could have been asked',
    heldBy: {
      "approvals/approval-sweeper.test.ts": [
        "an expiry makes a request expired at its instant, and its step denied",
        "a gate of two seconds is approved after two seconds, not one and not three",
        "at start, what came due while nothing ran begins anew",
      ],
    },
  },
  {
    when: "the machine was off",
    what: "each missed fire has a record; `catch_up` says which is run: the newest, all, or none",
    heldBy: {
      "scheduler/fires.test.ts": [
        "It never fired, and nobody was told; missed fires dropped silently: each is on record, and the newest is run",
        "Some users want catch-up, some forbid it: a policy per hand, and coalesce for those that have none",
      ],
    },
  },
  {
    when: "the clock jumps",
    what: "forward is like having been off; back, next fires are computed anew, nothing fires twice, and nothing waits for the lost hours",
    heldBy: {
      "scheduler/fires.test.ts": [
        "when the clock goes back next fires are computed anew, and nothing fires twice",
      ],
      "runner/leases.test.ts": [
        "what a dead process ran goes on though the clock was set back since, and its record never runs backwards",
      ],
      "store/set-back-clock.test.ts": [
        "what a dead process was sending is sent at once, and what a living one sends is left to it",
      ],
    },
  },
  {
    when: "the disk is full",
    what: "a write fails as a whole and says so; reading goes on, and with room so does writing, without a restart",
    heldBy: {
      "store/full-disk.test.ts": [
        "on a disk that is full a write is told and leaves nothing, reads go on, and with room so do writes",
      ],
      "store/group-commit.test.ts": [
        "a disk without room fails the unit and names the reason, and what was committed stays",
      ],
    },
  },
  {
    when: "the database is damaged",
    what: "it is told at the start and not served; `hands restore` puts a checked backup in its place, paused, and keeps the damaged one",
    heldBy: {
      "store/damaged-file.test.ts": [
        "a database %s is told at the start, with the way back, and left as it is",
      ],
      "cli/restore-command.test.ts": [
        "a damaged database is told and not served; restored from a backup it starts paused, and the damaged one is kept",
      ],
    },
  },
  {
    when: "the database goes away",
    what: "nothing is claimed and nothing is lost; when it is back, work goes on where it was",
    heldBy: {
      "many-machines/trouble.test.ts": [
        "while the database is away nothing is claimed and nothing is lost; when it is back, work goes on where it was",
      ],
      "store/postgres-store.test.ts": [
        "a connection lost during the commit is told as unknown and never repeated",
      ],
    },
  },
  {
    when: "a model hangs or costs too much",
    what: "time, steps, tokens and money are bounded; the record says which bound it was",
    heldBy: {
      "runner/limits.test.ts": [
        "a hung model is ended by the timeout",
        "max_steps ends a model that never comes to an end, as a failure that says which limit",
        "$248 unseen: the cost of an execution never passes max_cost_usd, and what is counted is what was charged",
      ],
    },
  },
  {
    when: "a run takes too long",
    what: "`overlap` says what the next fire does: skip, wait, cancel, or run beside it",
    heldBy: {
      "runner/overlap.test.ts": [
        "skip: a fire that finds one running is a skipped row without a start, and counts as no run",
        "queue: the first fire that finds one running is kept, the next ones are skipped, and it runs by itself",
      ],
    },
  },
  {
    when: "the folder is edited while a run waits",
    what: "the run ends on the version that it started; today's gates and deny rules hold as well",
    heldBy: {
      "runner/versions.test.ts": [
        "a folder that is edited while an execution of it waits: that one ends on the version it started, the next one has the new",
        "a gate that was added meanwhile asks anew, before the approved call runs",
      ],
    },
  },
  {
    when: "two people decide at once",
    what: "one decides, the other is told what was decided",
    heldBy: {
      "approvals/many-deciders.test.ts": ["decide at once: one wins, and the other seven are told the truth"],
    },
  },
  {
    when: "a delivery fails",
    what: "it is tried again, has a record of its own, and never changes what the run came to",
    heldBy: {
      "runner/deliveries.test.ts": [
        "what may work later is tried again under the same id, not before the receiver asked; what never will is not",
      ],
    },
  },
  {
    when: "no model is configured, or something else is missing",
    what: "the hand says so where hands are listed; a run fails and says what to write",
    heldBy: {
      "runner/requirements.test.ts": [
        "a run ends at once where something is missing that the hand requires: it names it, shows how to get it, and asks no model",
      ],
    },
  },
];
