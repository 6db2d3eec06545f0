import type { PeerFailure } from "./peer-failures.ts";

/** Failures of executions. */
export const EXECUTION_FAILURES: readonly PeerFailure[] = [
  {
    failure: "success was reported with no model configured",
    heldBy: {
      "runner/brains.test.ts": [
        "without a model a run fails, saying how to configure one, and is never a success",
      ],
    },
  },
  {
    failure: "success was counted whatever happened",
    heldBy: {
      "runner/outcomes.test.ts": [
        "Success counted whatever happened: an answer that was cut off (%s) is a failure",
        "a model that fails is a failure with its own words",
      ],
    },
  },
  {
    failure: "a delivery was a line in a log",
    heldBy: {
      "runner/deliveries.test.ts": [
        '"Delivered" was a log line: a folder that cannot be written to is retried and then failed, visibly, and the outcome stands',
        "an unknown channel fails visibly, with what to do, and the others are delivered",
      ],
    },
  },
  {
    failure: "a run was logged twice",
    heldBy: {
      "registry/records.test.ts": [
        "Double logging, duration always zero, error text never cleared: one record a run, under the id that was returned",
      ],
    },
  },
  {
    failure: "durations were always zero",
    heldBy: {
      "runner/outcomes.test.ts": [
        "duration always zero: an execution knows when it began and ended, and how long it worked",
      ],
    },
  },
  {
    failure: "the text of an error was never cleared",
    heldBy: {
      "runner/outcomes.test.ts": [
        "Error text never cleared: a success after a failure clears it, and both are counted once",
      ],
    },
  },
  {
    failure: "a hand that does not exist was triggered with success",
    heldBy: {
      "scheduler/fires.test.ts": [
        "an unknown hand “triggered” successfully: only a hand that can run is triggered, and its id is given",
      ],
      "runner/versions.test.ts": [
        "an unknown hand 'triggered' successfully: here each reason why one cannot run is an error of its own",
      ],
    },
  },
  {
    failure: "a model that hung left its run running for ever",
    heldBy: {
      "runner/limits.test.ts": ["a hung model is ended by the timeout"],
      "runner/script-brain.test.ts": [
        "No timeout left it running for ever: a script that loops is ended by its limit",
      ],
    },
  },
  {
    failure: "a tool that ignored its abort blocked the loop",
    heldBy: {
      "runner/tool-calls.test.ts": [
        "A tool that ignored abort blocked the loop: here its late result is dropped and the loop goes on",
      ],
    },
  },
  {
    failure: "an idle loop paid for hundreds of sessions with nothing to say",
    heldBy: {
      "runner/peer-failures.test.ts": [
        "An idle loop of 170 sessions in 12 hours: with nothing to say nothing is delivered, and the day's money ends it",
      ],
    },
  },
  {
    failure: "hundreds of dollars were spent unseen",
    heldBy: {
      "runner/limits.test.ts": [
        "$248 unseen: the cost of an execution never passes max_cost_usd, and what is counted is what was charged",
        "%s with a price that nobody knows refuses to run, before anything is asked",
      ],
    },
  },
  {
    failure: "plain scripts paid for a model",
    heldBy: {
      "runner/peer-failures.test.ts": [
        "Plain scripts pay for a model: a script without questions asks no model and costs nothing",
      ],
    },
  },
  {
    failure: "a denied command was tried again and again",
    heldBy: {
      "runner/limits.test.ts": [
        "A denied command was retried until it had moved 1.3 GB: a hand that retries by itself has no old approvals and keys",
        "nothing is tried again once a side effect began",
      ],
      "runner/brains.test.ts": [
        "a rejected call never runs, its reason reaches the script, and the same call is refused unasked",
      ],
    },
  },
  {
    failure: "a run by hand passed what the schedule was denied",
    heldBy: {
      "runner/peer-failures.test.ts": [
        "A manual run passed what the schedule denied: an operator's deny rule refuses the call whatever started it",
      ],
    },
  },
  {
    failure: "every failure sent a message of its own",
    heldBy: {
      "messaging/notices.test.ts": [
        "Failure spam: one alert when a hand starts to fail, none while it goes on, one message when it recovers",
      ],
    },
  },
  {
    failure: "a small model told of a call instead of making it, and the call was taken for made",
    heldBy: {
      "runner/outcomes.test.ts": [
        "a model that only talks has its words as output, with no call recorded that it did not make",
      ],
    },
  },
];
