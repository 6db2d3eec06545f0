import type { Threat } from "./threat.ts";
import { A_PACKAGE, A_SENDER } from "./threat.ts";

/** What comes with a hand or a package. */
export const PACKAGE_THREATS: readonly Threat[] = [
  {
    threat: "a link in a hand's folder to a file elsewhere",
    from: A_PACKAGE,
    defence: "links out of the folder are refused, and none is kept with a version",
    heldBy: {
      "manifest/hand-folder.test.ts": [
        "refuses a manifest, a prompt and a skill that are links out of the folder, and follows links inside it",
      ],
      "manifest/hand-snapshot.test.ts": [
        "a version that is kept has the hand's own files, and nothing that a link leads to",
      ],
    },
  },
  {
    threat: "a hand's name or folder for output that leads out",
    from: A_PACKAGE,
    defence:
      "names have letters, digits, `_` and `-`; a `file_drop` is in the project, and in no folder of hands or workspace, where a link could wait",
    heldBy: {
      "manifest/parse-manifest.test.ts": ["with $mistake is told so at its place"],
      "cli/setup-commands.test.ts": [
        "new refuses names and schedules that cannot be, and folders that are there",
      ],
      "runner/deliveries.test.ts": ["a file_drop to %s is refused, visibly, and writes nothing"],
    },
  },
  {
    threat: "a path in a package that leads out, or is another one on another system",
    from: A_PACKAGE,
    defence: "only plain relative names are taken, else nothing of the package",
    heldBy: {
      "installs/archives.test.ts": [
        "with the path %j is refused as a whole",
        "with %s is refused",
        "a name that no system can write is refused",
        "names of pax and GNU headers are held to the same rules",
        "a zip entry with two names, a false size, or bytes that another one has is refused",
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
        "a folder in which a file is exchanged for a link all the time gives the file, or nothing",
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
        "what claims more than it may, or unpacks to more than it claims, is stopped before it is unpacked whole",
        "a zip entry whose bytes another one has too is refused, however they are named",
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
        "git is started without a setting, hook, template, protocol or variable of this machine",
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
      "approvals/decide-call.test.ts": ["a gate whose condition was stopped asks"],
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
  {
    threat: "a known weakness of a dependency",
    from: A_SENDER,
    defence:
      "`.ci/run` asks the registry about what users install, and fails where a high or critical one is known",
    heldBy: {
      "checks/audit-dependencies.test.ts": [
        "the audit ends with %i where the registry %s",
        "a machine's run fails for a known weakness as for a failed test, is told loudly where nothing was audited, and ends with the line of the tests",
      ],
    },
  },
];
