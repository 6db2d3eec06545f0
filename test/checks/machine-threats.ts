import type { Threat } from "./threat.ts";
import { A_PAGE, A_SENDER, A_SERVER, A_USER } from "./threat.ts";

/** What others on the machine, the network and the web may try. */
export const MACHINE_THREATS: readonly Threat[] = [
  {
    threat: "an answer that never ends, or is packed many times over",
    from: A_SERVER,
    defence: "answers are bounded before and after unpacking, in bytes and time",
    heldBy: {
      "tools/bounded-fetch.test.ts": [
        "an answer in %s form is decoded, and ended where it is too long",
        "an answer that is long only while it is packed is ended too",
        "a compression that is not known, or many over one another, is refused",
        "a server that stalls before or in its answer is left (%s)",
      ],
    },
  },
  {
    threat: "lists and tables that are nested until the stack ends",
    from: A_SENDER,
    defence: "JSON of more than 200 levels and manifests of more than 32 are refused before they are walked",
    heldBy: {
      "core/json-depth.test.ts": [
        "a text that is nested too deep is refused, and brackets inside texts do not count",
        "a value that is nested too deep becomes one that everything can handle",
      ],
      "manifest/parse-manifest.test.ts": [
        "nested deeper than any manifest is refused and does not exhaust the stack",
      ],
    },
  },
  {
    threat: "a feed or a skill whose entities or aliases grow to gigabytes, or name a file",
    from: A_SERVER,
    defence:
      "what a feed declares is not expanded, the parser of XML refuses what names a file, and aliases are counted",
    heldBy: {
      "tools/web.test.ts": [
        "expands no entity that the feed declares, alone, within others or many times",
        "refuses a feed that names a file to read",
      ],
      "manifest/skill-frontmatter.test.ts": ["aliases that grow without end make a skill unusable"],
    },
  },
  {
    threat: "a look at the arguments of programs, their titles and what they leave when they crash",
    from: A_USER,
    defence:
      "no command takes a secret as an argument and the program sets no title; its unit of systemd leaves no core",
    heldBy: {
      "checks/security.test.ts": [
        "secrets are in no argument, no title of a process and no core that the service leaves",
      ],
    },
  },
  {
    threat: "a look into the database, its copies and what lies beside it",
    from: A_USER,
    defence: "folders are made 0700 and files 0600; a wider folder is warned of",
    heldBy: {
      "store/sqlite-file.test.ts": ["the file, what lies beside it and its folder are for their owner alone"],
      "runner/versions.test.ts": [
        "a folder that is edited while an execution of it waits: that one ends on the version it started, the next one has the new",
      ],
      "runtime/retention.test.ts": ["the archive has every row that went, in files that are whole"],
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
        "a session changes something only with its CSRF token, and decides under the operator's name",
        "a login link works once; its cookie is HttpOnly and for this site alone",
        "every answer forbids foreign hosts, frames and guesses about its type",
      ],
    },
  },
  {
    threat: "a forged, old or repeated webhook",
    from: A_SENDER,
    defence: "signatures over body and time; each id once",
    heldBy: {
      "server/webhooks.test.ts": [
        "what is unsigned, changed, old, signed with another key or for another hand is refused alike",
        "a replayed webhook starts nothing; with another body it is refused",
        "two hands whose secrets would have one name get none",
      ],
    },
  },
  {
    threat: "how long it takes to compare a secret with a guess",
    from: A_SENDER,
    defence: "secrets are compared in constant time, or looked for by their hash",
    heldBy: {
      "checks/security.test.ts": ["secrets are compared in constant time wherever they are compared at all"],
    },
  },
  {
    threat: "a guessed token, login or link, or one that is used beyond what it is for",
    from: A_SENDER,
    defence:
      "at least 128 random bits, of which a hash is kept; wrong ones are limited by address; scopes, ends and revoking are asked about each time",
    heldBy: {
      "server/access.test.ts": [
        "nothing is answered to nobody, but what says nothing",
        "a thousand failed logins are refused, most of them unread, and the right token still works",
        "a token does what its scopes say and nothing else",
        "a revoked token is worth nothing at once, and so are the sessions it opened",
      ],
      "messaging/taps.test.ts": ["no secret of a button is in the database or in an event, only its hash"],
    },
  },
  {
    threat:
      "a decision that is forged, meant for another request, or made by whoever found the message or a scanner that opens its link",
    from: A_SENDER,
    defence:
      "platforms sign, senders are on the list of approvers, a button is for one request, channel and recipient, and opening a link shows the question",
    heldBy: {
      "messaging/taps.test.ts": [
        "The prompt went to whoever chatted: only who is listed decides, and an empty list is nobody",
        "A decision landed on another request: a button decides its own and no other",
        "what is unknown, malformed, of another channel, of somebody else or expired decides nothing and says so",
      ],
      "channels/slack-channel.test.ts": [
        "a wrong signature, an old one, none, and a body that was altered are refused, and nobody is asked",
      ],
      "channels/discord-channel.test.ts": [
        "a wrong signature, an old one, none, and a body that was altered are refused, and nobody is asked",
      ],
      "server/decision-links.test.ts": [
        "A mail scanner opened the approve link: whatever reads it is shown the request and decides nothing; its POST decides once",
      ],
    },
  },
  {
    threat: "bodies, headers and addresses without end, or a port that others reach unasked",
    from: A_SENDER,
    defence: "each is bounded before it is read, and without a name and a token only loopback is listened on",
    heldBy: {
      "server/sockets.test.ts": [
        "a rebinding host, and headers or an address that are too long, are refused at the socket",
        "a body of a gigabyte is refused early, declared or not, and costs no memory",
        "an address that others reach is refused while nothing says by which name, or nobody could log in: %s",
      ],
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
];
