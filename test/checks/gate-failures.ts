import type { PeerFailure } from "./peer-failures.ts";

/** Failures of gates and of the decisions about them. */
export const GATE_FAILURES: readonly PeerFailure[] = [
  {
    failure: "a gate was only a sentence in a prompt",
    heldBy: {
      "approvals/peer-failures.test.ts": [
        "a gate is code on the call: no argument that a model can write opens it",
      ],
      "runner/brains.test.ts": [
        "a gated call of a script waits for a human, runs once after the yes, and its effect is there once",
      ],
    },
  },
  {
    failure: "agents of one kind were approved in code",
    heldBy: {
      "approvals/peer-failures.test.ts": ["no kind of hand or origin of a tool is approved in code"],
    },
  },
  {
    failure:
      "the delay before an automatic approval was kept as an expiry that nothing read, and the run went on at once",
    heldBy: {
      "approvals/peer-failures.test.ts": [
        "auto_approve_after is a delay that is kept, not an expiry that nothing reads, and the run does not go on at once",
      ],
      "approvals/approval-sweeper.test.ts": [
        "a gate of two seconds is approved after two seconds, not one and not three",
      ],
    },
  },
  {
    failure: "one request that waited blocked every later run",
    heldBy: {
      "runner/overlap.test.ts": [
        "a sleeping one counts as running for a new fire, one that waits for a human does not",
      ],
    },
  },
  {
    failure: "approving unblocked nothing, rejecting had no effect, a blocked run stayed running for ever",
    heldBy: {
      "approvals/peer-failures.test.ts": [
        "approving unblocks, rejecting has an effect, and a blocked run does not stay running",
      ],
    },
  },
  {
    failure: "expired requests could be approved",
    heldBy: {
      "registry/records.test.ts": ["an expired request is not pending, and cannot be approved"],
      "runner/script-brain.test.ts": [
        "expired requests could be approved: here an expired one is a no, however late the yes",
      ],
    },
  },
  {
    failure: "a gate in a form that was not known was dropped, and so stood open",
    heldBy: {
      "approvals/peer-failures.test.ts": ["a gate written as `publish = true` is an error, not dropped"],
    },
  },
  {
    failure: "approvals could be forged",
    heldBy: {
      "approvals/peer-failures.test.ts": [
        "a forged approval, of a row that nobody decided, of another call or of other arguments, is worth nothing",
      ],
      "runner/peer-failures.test.ts": [
        "Forged approvals: an input and a tool's result that say that a call was approved open no gate",
      ],
    },
  },
  {
    failure: "replayed messages ran the tool again",
    heldBy: {
      "runner/peer-failures.test.ts": [
        "Saved messages replayed, and the tool ran again: an execution that has ended is woken again, and runs nothing",
      ],
      "approvals/peer-failures.test.ts": ["once is once: the same call asks again"],
    },
  },
  {
    failure: "of two gated calls the answered one ran, and its result was lost",
    heldBy: {
      "runner/tool-calls.test.ts": [
        "Answering one of two gated calls ran it, then lost its result: here both are told, in either order",
      ],
    },
  },
  {
    failure: "arguments were changed after the approval",
    heldBy: {
      "approvals/verify-binding.test.ts": [
        "arguments that were changed in the row under an old hash are noticed",
      ],
      "runner/peer-failures.test.ts": [
        "Arguments changed after approval: what is rewritten in the store between the yes and the call does not run",
      ],
    },
  },
  {
    failure: "a script's file was changed after the approval",
    heldBy: {
      "approvals/verify-binding.test.ts": ["a script that was edited after its approval is noticed"],
      "examples/writing-a-hand.test.ts": ["janitor takes a no, and asks again when a file has changed since"],
    },
  },
  {
    failure: "the agent approved itself",
    heldBy: {
      "approvals/peer-failures.test.ts": [
        "an agent does not approve itself: where HANDS_EXECUTION is set, even to nothing, deciding is refused",
      ],
      "cli/decide-commands.test.ts": ["inside an execution nobody decides"],
      "server/mcp.test.ts": ["it can read what waits for a decision and never decide, not even as an admin"],
    },
  },
  {
    failure: "an empty list of approvers let anybody approve",
    heldBy: {
      "messaging/taps.test.ts": [
        "The prompt went to whoever chatted: only who is listed decides, and an empty list is nobody",
      ],
      "approvals/peer-failures.test.ts": [
        "an empty list of approvers is nobody, and a listed one is exactly that one",
      ],
    },
  },
  {
    failure: "the request went to whoever chatted, and they could decide",
    heldBy: {
      "messaging/taps.test.ts": [
        "The prompt went to whoever chatted: only who is listed decides, and an empty list is nobody",
      ],
      "messaging/requests.test.ts": ["only the channels that notify names are asked through"],
    },
  },
  {
    failure: "a decision landed on another request",
    heldBy: {
      "messaging/taps.test.ts": [
        "A decision landed on another request: a button decides its own and no other",
      ],
      "approvals/peer-failures.test.ts": ["a decision lands on its own request and on no other"],
      "approvals/decide-approval.test.ts": [
        "an id has to be the id of the request: a part of it decides nothing",
      ],
    },
  },
  {
    failure: "an approval for once held for the whole session",
    heldBy: {
      "approvals/peer-failures.test.ts": ["once is once: the same call asks again"],
      "approvals/remembered-rules.test.ts": [
        "without being remembered is for once",
        "for an execution answers in that execution only",
      ],
    },
  },
  {
    failure: "a client that did not wait long denied the request for good",
    heldBy: {
      "approvals/peer-failures.test.ts": ["a client that gives up waiting denies nothing"],
      "server/decisions.test.ts": [
        "A client's short wait denied the request for good: clients that hang up leave it open to whoever comes later",
      ],
      "cli/ask-human.test.ts": [
        "Enter alone opens no gate: the request is left, and the exit code says that it waits",
      ],
    },
  },
  {
    failure: "a rejected tool ran",
    heldBy: {
      "approvals/peer-failures.test.ts": [
        "a rejected call is known by its arguments for the rest of the execution",
      ],
      "runner/brains.test.ts": [
        "a rejected call never runs, its reason reaches the script, and the same call is refused unasked",
      ],
      "runner/interleavings.test.ts": [
        "a rejection that lands anywhere is told to the model, and the call never runs",
      ],
    },
  },
  {
    failure: "one rejection dropped the calls beside it that needed none",
    heldBy: {
      "runner/tool-calls.test.ts": [
        "One rejection dropped the ungated calls of its batch: here they run, and the model sees both results",
      ],
    },
  },
  {
    failure: "pending approvals were lost at a restart",
    heldBy: {
      "approvals/peer-failures.test.ts": ["pending approvals are there after a restart, and can be decided"],
      "cli/decide-commands.test.ts": ["with no server, approve carries the execution on to its end"],
    },
  },
  {
    failure: "steps ran again when a run went on",
    heldBy: {
      "runner/script-brain.test.ts": ["a step is run once and its result replayed"],
      "runner/prompt.test.ts": [
        "Steps run again on resume: here what the model is shown after a restart is what it was shown before, byte for byte",
      ],
      "crash/script-hand.test.ts": [
        "a script hand survives kill -9 before, during and after each of its effects, which are repeated only where that is safe or a human says so",
      ],
    },
  },
  {
    failure: "a mail scanner that opened a link approved",
    heldBy: {
      "server/decision-links.test.ts": [
        "A mail scanner opened the approve link: whatever reads it is shown the request and decides nothing; its POST decides once",
      ],
      "server/decisions.test.ts": [
        "A mail scanner opened the approve link: whoever only reads an address decides nothing, by POST it is decided",
      ],
    },
  },
  {
    failure: "a tap that came too late was shown as approved",
    heldBy: {
      "messaging/taps.test.ts": [
        "A late tap was shown as approved: it is told what was decided, by whom and when, and changes nothing",
      ],
      "approvals/peer-failures.test.ts": [
        "a late tap is told who decided what, and is not shown as approved",
      ],
      "cli/decide-commands.test.ts": ["a late decision is told what was decided, and ends with 1"],
    },
  },
  {
    failure: "a timeout was recorded as granted",
    heldBy: {
      "approvals/peer-failures.test.ts": ["a timeout is not recorded as granted"],
      "runner/tool-calls.test.ts": [
        "A timeout was recorded as granted: a destructive call that ran out of time is unknown, and a question to a human",
      ],
    },
  },
  {
    failure: "most records of decisions carried a wrong label",
    heldBy: {
      "messaging/taps.test.ts": [
        "a tap of an approver decides, under the sender and the channel, and the message says by whom",
      ],
      "approvals/peer-failures.test.ts": ["each record carries the label of what really happened"],
    },
  },
  {
    failure: "fifty prompts within minutes",
    heldBy: {
      "messaging/requests.test.ts": [
        "every request of one execution is in one message, and goes to each channel that can ask",
      ],
      "runner/peer-failures.test.ts": [
        "50 prompts in five minutes: of fifty fires of a hand that asks three wait, and the others say why they did not run",
      ],
    },
  },
  {
    failure: "one schedule asked all day long",
    heldBy: {
      "runner/ask-approval.test.ts": [
        "190 prompts a day: a hand that asks more than its bound is paused, and what it asks from then on goes to no channel",
      ],
      "runner/overlap.test.ts": [
        "190 a day from one cron: at most max_waiting wait for humans, then fires are skipped and say why",
      ],
    },
  },
  {
    failure: "invisible, reordering and control characters in what the human was shown",
    heldBy: {
      "approvals/peer-failures.test.ts": [
        "the human is shown the whole payload, nothing in it hidden or reordered",
      ],
      "approvals/human-text.test.ts": [
        "whatever the text, nothing unseen is left, and doing it twice changes nothing",
      ],
    },
  },
  {
    failure: "the request did not show what would run",
    heldBy: {
      "server/decisions.test.ts": [
        "an approval shows the exact call, why it asks and what happens on no answer",
      ],
      "cli/ask-human.test.ts": [
        "a gate can be approved right there, with everything that matters on the screen",
      ],
    },
  },
  {
    failure: "a page told the agent to pass its gate, and one of the ways was open",
    heldBy: {
      "runner/deceived-hand.test.ts": [
        "a page tells the hand to spend: %s, and a human is asked",
        "a page tells the hand to forge a yes: request_approval for one action opens no other, not even when it is approved",
        "a page tells the hand to try again after a no: the same call is refused unasked, and another one asks",
        "a page tells the hand to edit its own manifest: no file tool reaches it, and the gate stands in the next run",
        "a page tells the hand to approve by the command line: shell asks first, and its children may not decide",
        "a page tells the hand to have another hand do it: that one is untrusted too, and asks",
        "a page tells the hand to wait: neither auto_approve_after nor a remembered yes answers any more",
        "a page that was kept in a file is still a page: reading it makes the next execution untrusted",
      ],
    },
  },
];
