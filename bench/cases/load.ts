import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "smol-toml";
import { HandRegistry } from "../../src/index.ts";
import { writeHandFolders } from "../fixtures/hand-folders.ts";
import { findPython, runPython } from "../harness/python.ts";
import type { Stopwatch } from "../harness/timing.ts";
import { timeMs } from "../harness/timing.ts";
import type { BenchCase, Comparison, Contender } from "../harness/types.ts";

const MS = { title: "time", unit: "ms", better: "lower" } as const;

/** The same folders loaded for the first time, and again with nothing changed. */
export const load: BenchCase = {
  name: "load",
  title: "Loading hands from disk",
  list: ({ scale }) => [compareColdLoad(scale(5000)), compareUnchangedLoad(scale(5000))],
};

export function compareColdLoad(hands: number, stopwatch: Stopwatch = timeMs): Comparison {
  return {
    id: "cold",
    title: `${hands} hands, cold`,
    metrics: { ms: MS },
    rounds: 3,
    contenders: [oursCold(hands, stopwatch), floor(hands, stopwatch), seed(hands)],
    targets: [
      { metric: "ms", against: "floor", advantage: 1 / 2 },
      { metric: "ms", against: "seed", advantage: 20 },
    ],
    limit:
      "beyond parsing, each folder is listed and each of its files asked for its times (five system calls a hand), each manifest checked by its schema and made into a hand, and each hand written to the index, with its state, in one commit",
  };
}

export function compareUnchangedLoad(hands: number, stopwatch: Stopwatch = timeMs): Comparison {
  return {
    id: "unchanged",
    title: `${hands} hands again, nothing changed`,
    metrics: { ms: MS },
    rounds: 3,
    contenders: [oursUnchanged(hands, stopwatch), floor(hands, stopwatch), seed(hands)],
    targets: [{ metric: "ms", against: "seed", advantage: 200 }],
    limit:
      "every file and folder is asked for its times, so that no edit is missed: three system calls a hand, which by themselves take nearly as long",
  };
}

function oursCold(hands: number, stopwatch: Stopwatch): Contender {
  return {
    id: "hands",
    title: "hands",
    role: "ours",
    async open(place) {
      const handsDir = place.makeFolder();
      writeHandFolders(handsDir, hands);
      return {
        async measure() {
          await using registry = new HandRegistry({
            handsDir,
            db: path.join(place.makeFolder(), "hands.db"),
          });
          await registry.openStore();
          return { ms: await stopwatch(async () => assertCount((await registry.loadAll()).size, hands)) };
        },
      };
    },
  };
}

function oursUnchanged(hands: number, stopwatch: Stopwatch): Contender {
  return {
    id: "hands",
    title: "hands",
    role: "ours",
    async open(place) {
      const handsDir = place.makeFolder();
      writeHandFolders(handsDir, hands);
      const registry = new HandRegistry({ handsDir, db: path.join(place.makeFolder(), "hands.db") });
      await registry.loadAll();
      return {
        async measure() {
          return { ms: await stopwatch(async () => assertCount((await registry.loadAll()).size, hands)) };
        },
        close: () => registry.close(),
      };
    },
  };
}

/** What nobody who reads these files can avoid. */
function floor(hands: number, stopwatch: Stopwatch): Contender {
  return {
    id: "floor",
    title: "reading and parsing alone",
    role: "floor",
    async open(place) {
      const root = place.makeFolder();
      writeHandFolders(root, hands);
      return {
        measure: async () => ({
          ms: await stopwatch(() => {
            let parsed = 0;
            for (const name of readdirSync(root)) {
              parse(readFileSync(path.join(root, name, "HAND.toml"), "utf8"));
              parsed += readFileSync(path.join(root, name, "SYSTEM.md"), "utf8") === "" ? 0 : 1;
            }
            assertCount(parsed, hands);
          }),
        }),
      };
    },
  };
}

function seed(hands: number): Contender {
  return {
    id: "seed",
    title: "the first version's way: tomllib, pydantic, one commit each",
    role: "seed",
    async open(place) {
      const python = await findPython(["tomllib", "pydantic"]);
      const root = place.makeFolder();
      writeHandFolders(root, hands);
      return {
        measure: () => runPython(python, "seed_load.py", [root, path.join(place.makeFolder(), "seed.db")]),
      };
    },
  };
}

function assertCount(found: number, expected: number): void {
  if (found !== expected) throw new Error(`${found} hands were loaded, not ${expected}`);
}
