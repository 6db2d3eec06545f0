import type { Threat } from "./threat.ts";
import { A_MODEL } from "./threat.ts";

/** What a model, or what it read, may try. */
export const AGENT_THREATS: readonly Threat[] = [
  {
    threat: "a path, or a link, that leads out of the workspace",
    from: A_MODEL,
    defence: "every path is resolved with its links before it is used",
    heldBy: {
      "tools/files.test.ts": [
        "%s does not leave by .., an absolute path or a link",
        "hold while a file is exchanged for a link all the time",
      ],
    },
  },
  {
    threat:
      "a fetch of an address of this machine or its networks, also by a name that changes its mind, or by a redirect",
    from: A_MODEL,
    defence: "the address that was checked is the one that is connected to, at every hop",
    heldBy: {
      "tools/bounded-fetch.test.ts": [
        "connects to the address that was checked, by one lookup a hop, whatever the next would say",
        "refuses a name that leads to a private address, also among public ones",
        "are followed, and checked at every hop",
        "take secrets along to the same origin only",
        "lets nobody choose the host header of a checked connection",
      ],
      "tools/forged-requests.test.ts": [
        "a hand does not reach what is inside by %s: %s",
        "a redirect to %s is not followed",
        "what is neither http nor https is not spoken: %s",
        "a name that leads to a public address when it is checked and to a private one afterwards gains nothing",
      ],
    },
  },
  {
    threat: "line breaks that begin another header",
    from: A_MODEL,
    defence: "what becomes a header has none",
    heldBy: { "channels/email-channel.test.ts": ["line breaks in a title begin no header"] },
  },
  {
    threat: "escapes that act upon your terminal, or lines that forge a log",
    from: A_MODEL,
    defence: "what came from outside is printed without controls, in one line",
    heldBy: {
      "cli/terminal.test.ts": ["what came from outside cannot act upon a terminal"],
      "checks/security.test.ts": ["a message that holds lines and escapes is one line of the log"],
    },
  },
  {
    threat: "secrets in files, logs, events, prompts, answers and errors",
    from: A_MODEL,
    defence: "known secrets are taken out wherever text leaves",
    heldBy: {
      "checks/canary.test.ts": [
        "canary secrets are in no file, log, event, answer, prompt or message, whatever a hand does with them",
      ],
      "core/redaction.test.ts": [
        "a secret is found in each form in which it may be written, and as the name of a member",
        "however a text is cut, no secret of any form is in what comes out",
        "lines of a log have no secrets, in their message or their fields",
      ],
      "runner/secrets.test.ts": [
        "a secret in arguments, results, errors, replies and logs of a model's hand reaches neither store, events, prompt nor log",
        "a secret that a script puts into %s is not kept",
      ],
      "checks/security.test.ts": ["what the program itself logs has no secret"],
    },
  },
  {
    threat: "the program's environment in a child",
    from: A_MODEL,
    defence:
      "a child gets few variables and what it was given by name, code in a sandbox none of its own; other code of hands all but the secrets",
    heldBy: {
      "checks/canary.test.ts": [
        "canary secrets are in no file, log, event, answer, prompt or message, whatever a hand does with them",
      ],
      "tools/shell.test.ts": ["gives a child five variables, and none of the rest of the environment"],
      "tools/git.test.ts": [
        "is started with nothing of this program's environment but the way to its programs",
      ],
      "runner/mcp.test.ts": [
        "a server gets a minimal environment: what its table names, and the mark that keeps it from deciding",
      ],
      "code/confined.test.ts": [
        "a hand's code is given the way to programs, language, time zone and the mark that keeps it from deciding, and no other variable",
      ],
    },
  },
  {
    threat: "a way out of a sandbox that a hand demands, or a run without it",
    from: A_MODEL,
    defence:
      "where there is no sandbox, or something would run outside of it, the hand does not run; in it there are no other files, networks or processes",
    heldBy: {
      "runner/sandbox.test.ts": [
        "a hand that demands a sandbox is not run without one: nothing of it happens, and the record says why",
        "a hand's own code is not run without the sandbox that it demands",
        "what `shell` starts for such a hand goes through the sandbox, as its manifest says",
      ],
      "runner/mcp.test.ts": [
        "a hand that demands a sandbox starts no server of its own, which would run outside of it",
      ],
      "code/confined.test.ts": ["code that demands a sandbox is not loaded where there is none"],
      "runtime/inspect-hand.test.ts": [
        "a hand that demands a sandbox is in error where there is none, or where it would start a server outside of it",
      ],
      "tools/sandbox.test.ts": [
        "namespaces of its own, no network, the workspace writable and nothing of the project besides",
        "what shows the project, its data or the home folder is refused, and so is a program that is not shown",
      ],
    },
  },
  {
    threat: "an agent that approves what it asked for itself",
    from: A_MODEL,
    defence: "no tool decides, and below an execution the command line refuses",
    heldBy: {
      "approvals/peer-failures.test.ts": [
        "an agent does not approve itself: where HANDS_EXECUTION is set, even to nothing, deciding is refused",
      ],
    },
  },
  {
    threat: "other arguments, files or code than those that were approved",
    from: A_MODEL,
    defence: "an approval is bound to their hashes, at the decision and again right before the effect",
    heldBy: {
      "approvals/decide-approval.test.ts": [
        "a decision about other arguments than were shown changes nothing",
      ],
      "approvals/verify-binding.test.ts": [
        "arguments that were changed in the row under an old hash are noticed",
        "a script that was edited after its approval is noticed",
      ],
      "runner/mcp.test.ts": [
        "a tool that was changed after it was approved is asked about again, and is not called before",
      ],
    },
  },
  {
    threat: "a request that hides or reorders what it asks for",
    from: A_MODEL,
    defence: "what cannot be seen is written out wherever people are asked",
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
    threat: "an MCP server that calls what it does harmless, or takes another one's place",
    from: "the maker of an MCP server",
    defence:
      "what a server says of itself counts only where the operator trusts it, and names are the operator's first",
    heldBy: {
      "runner/mcp.test.ts": [
        "what an untrusted server claims of its tools counts for nothing: what it calls reading asks",
        "a hand cannot put a server of its own in the place of a project's",
      ],
    },
  },
];
