import type { PeerFailure } from "./peer-failures.ts";

/** A row of the threat model in docs/security.md. */
export interface Threat extends Pick<PeerFailure, "heldBy"> {
  readonly threat: string;
  /** Who, from where. */
  readonly from: string;
  readonly defence: string;
}

const A_MODEL = "a model, or what it read";
const A_PACKAGE = "the maker of a hand";
const A_SERVER = "a server on the network";
const A_PAGE = "a web page in your browser";
const A_USER = "another user of the machine";
const A_SENDER = "anybody who reaches the port";

/** What is defended, each with tests that fail when the defence is taken away. */
export const THREATS: readonly Threat[] = [
  {
    threat: "a path, or a link, that leads out of the workspace",
    from: A_MODEL,
    defence: "every path is resolved with its links before it is used",
    heldBy: { "tools/files.test.ts": ["%s does not leave by .., an absolute path or a link"] },
  },
  {
    threat: "a link in a hand's folder to a file elsewhere",
    from: A_PACKAGE,
    defence: "links out of the folder are refused",
    heldBy: {
      "manifest/hand-folder.test.ts": [
        "refuses a manifest, a prompt and a skill that are links out of the folder, and follows links inside it",
      ],
    },
  },
  {
    threat: "a path in a package that leads out, or is another one on another system",
    from: A_PACKAGE,
    defence: "only plain relative names are taken, else nothing of the package",
    heldBy: {
      "installs/archives.test.ts": [
        "with the path %j is refused as a whole",
        "whatever path is taken stays below its folder",
      ],
    },
  },
  {
    threat: "a link or a device in a package",
    from: A_PACKAGE,
    defence: "plain files alone are taken",
    heldBy: {
      "installs/archives.test.ts": [
        "a tar archive with %s is refused",
        "a zip archive with a symbolic link is refused",
      ],
      "installs/read-package.test.ts": [
        "a folder with a link in it is refused, wherever the link leads",
        "a folder with a pipe in it is refused, and not waited for",
      ],
    },
  },
  {
    threat: "a small archive that unpacks to gigabytes",
    from: A_PACKAGE,
    defence: "entries, bytes and ratio are bounded while it is unpacked",
    heldBy: {
      "installs/archives.test.ts": [
        "that unpacks to hundreds of times its size is refused before it is unpacked whole",
        "with more entries or bytes than the bounds is refused",
      ],
    },
  },
  {
    threat: "a repository's hooks, filters, submodules, or an address that is an option or a program",
    from: A_PACKAGE,
    defence: "nothing is checked out, no settings count, three protocols are allowed",
    heldBy: {
      "installs/read-package.test.ts": [
        "a repository's links are refused, and neither its hooks, filters nor submodules run",
        "the address %j is not fetched from",
      ],
    },
  },
  {
    threat: "code of a hand that nobody trusts, or that changed since",
    from: A_PACKAGE,
    defence: "trust is for the hash of the files, and is asked for again right before a version is taken",
    heldBy: {
      "installs/install-hand.test.ts": [
        "an installed hand is there, broken as untrusted, until somebody trusts it as it is",
        "a trusted hand that is %s asks again, and is as before when that is undone",
        "a list of installed hands that cannot be read lets none of the folder's hands run",
      ],
      "runner/untrusted-hand.test.ts": [
        "a trusted hand runs; one that changed since is refused, also before the registry has seen the change",
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
        "are followed, and checked at every hop",
      ],
      "tools/forged-requests.test.ts": [
        "a name that leads to a public address when it is checked and to a private one afterwards gains nothing",
      ],
    },
  },
  {
    threat: "an answer that never ends, or is packed many times over",
    from: A_SERVER,
    defence: "answers are bounded after unpacking, in bytes and time",
    heldBy: {
      "tools/bounded-fetch.test.ts": [
        "an answer in %s form is decoded, and ended where it is too long",
        "a compression that is not known, or many over one another, is refused",
        "a server that stalls before or in its answer is left (%s)",
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
    threat: "`__proto__` and `constructor` as keys",
    from: A_PACKAGE,
    defence: "keys are data: nothing is merged into objects that have a prototype",
    heldBy: {
      "checks/security.test.ts": ["keys that name prototypes change no object, from TOML or from JSON"],
    },
  },
  {
    threat: "a pattern that takes for ever",
    from: A_PACKAGE,
    defence: "globs are matched in linear time; `matches` of a gate is stopped, and a stopped gate asks",
    heldBy: {
      "checks/security.test.ts": ["a glob of many stars is matched at once"],
      "manifest/when.test.ts": ["that would match for ever is stopped"],
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
    },
  },
  {
    threat: "the program's environment in a child",
    from: A_MODEL,
    defence: "a child gets five variables and what it was given by name",
    heldBy: {
      "tools/shell.test.ts": ["gives a child five variables, and none of the rest of the environment"],
    },
  },
  {
    threat: "a look into the database, its copies and what lies beside it",
    from: A_USER,
    defence: "folders are made 0700 and files 0600; a wider folder is warned of",
    heldBy: {
      "store/sqlite-file.test.ts": ["the file, what lies beside it and its folder are for their owner alone"],
      "checks/security.test.ts": ["a folder of data that others can open is warned of at the start"],
    },
  },
  {
    threat: "requests of another site, under another host name, or in a frame",
    from: A_PAGE,
    defence: "`Host`, `Origin` and a token that pages cannot read are asked for",
    heldBy: {
      "server/access.test.ts": [
        "another origin's page, a rebinding host and another site's request are refused",
      ],
    },
  },
  {
    threat: "a forged, old or repeated webhook",
    from: A_SENDER,
    defence: "signatures over body and time, compared in constant time; each id once",
    heldBy: {
      "server/webhooks.test.ts": [
        "what is unsigned, changed, old, signed with another key or for another hand is refused alike",
        "a replayed webhook starts nothing; with another body it is refused",
      ],
      "checks/security.test.ts": ["secrets are compared in constant time wherever they are compared at all"],
    },
  },
  {
    threat: "a record that somebody changed, cut off or wrote anew",
    from: "who may write the database",
    defence: "audited events are chained, and the head is anchored elsewhere",
    heldBy: {
      "store/events.test.ts": [
        "a verification finds %s, and names the place",
        "an anchor shows that the end was cut off, that all was written anew, or that an older copy is in place",
      ],
    },
  },
  {
    threat: "another package under the name of a dependency",
    from: "a registry",
    defence: "versions are pinned, and every package by the hash of its content",
    heldBy: {
      "checks/security.test.ts": [
        "every package of the lock file is pinned by the hash of its content, and by no address",
      ],
    },
  },
];
