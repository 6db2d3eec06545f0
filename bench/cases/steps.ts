import path from "node:path";
import Database from "better-sqlite3";
import { createConfig, openRuntime, writeHand } from "../fixtures/runtime.ts";
import type { Stopwatch } from "../harness/timing.ts";
import { timeMs } from "../harness/timing.ts";
import type { BenchCase, Comparison, Contender } from "../harness/types.ts";
import type { OpenLoop } from "../peers/open-loop.ts";

/** Executions that call a tool again and again, with a model of no latency, each step written down. */
export const steps: BenchCase = {
  name: "steps",
  title: "Executions of tool steps, fully journaled",
  list: ({ scale }) => [1, 10, 100].map((count) => compareSteps(count, scale(200 / count))),
};

export function compareSteps(count: number, executions: number, stopwatch: Stopwatch = timeMs): Comparison {
  return {
    id: `of-${count}`,
    title: `an execution of ${count} tool ${count === 1 ? "step" : "steps"}`,
    metrics: { ms: { title: "one execution", unit: "ms", better: "lower" } },
    contenders: [
      ours(count, executions, stopwatch),
      bare(count, executions, stopwatch),
      peer("ai", "AI SDK's own loop, nothing written down", "floor", async () => {
        const { openAiLoop } = await import("../peers/ai-loop.ts");
        return openAiLoop;
      })(count, executions),
      peer("langgraph", "LangGraph with its SQLite saver", "peer", async () => {
        const { openLangGraph } = await import("../peers/langgraph.ts");
        return openLangGraph;
      })(count, executions),
      peer("dbos", "DBOS steps on Postgres", "peer", async () => {
        const { openDbos } = await import("../peers/dbos.ts");
        return openDbos;
      })(count, executions),
    ],
    targets: [
      { metric: "ms", against: "ai", advantage: 1 / 2 },
      { metric: "ms", against: "langgraph", advantage: 3 },
      { metric: "ms", against: "dbos", advantage: 3 },
    ],
    limit:
      "a tool step is one commit (the result of the step before, the reply, its call and its intent), and an execution two more, each synchronised to disk before anything goes on; a loop that writes nothing down has none",
  };
}

function ours(count: number, executions: number, stopwatch: Stopwatch): Contender {
  return {
    id: "hands",
    title: "hands",
    role: "ours",
    async open(place) {
      const config = createConfig(place.makeFolder());
      writeHand(config.handsDir, "worker", {
        "HAND.toml": `[hand]\nname = "worker"\ndescription = "Takes steps"\n\n[tools]\nrequired = ["note"]\n\n[limits]\nmax_steps = 1000\n`,
        "SYSTEM.md": "Call note until you are done.",
      });
      const runtime = await openRuntime(config, { steps: count });
      await runtime.registry.loadAll();
      return {
        async measure() {
          const total = await stopwatch(async () => {
            for (let run = 0; run < executions; run += 1) {
              const ended = await runtime.runner.runNow("worker");
              if (ended.outcome !== "success")
                throw new Error(`it ended as ${ended.outcome}: ${ended.error}`);
            }
          });
          return { ms: total / executions };
        },
        close: () => runtime.stop(),
      };
    },
  };
}

/** As many commits as an execution of ours has, each of one row. */
function bare(count: number, executions: number, stopwatch: Stopwatch): Contender {
  return {
    id: "bare",
    title: "as many commits of a bare prepared statement",
    role: "floor",
    async open(place) {
      const db = new Database(path.join(place.makeFolder(), "bare.db"));
      db.pragma("journal_mode = WAL");
      db.pragma("synchronous = FULL");
      db.exec("CREATE TABLE steps (id INTEGER PRIMARY KEY, result TEXT)");
      const insert = db.prepare("INSERT INTO steps (result) VALUES (?)");
      return {
        async measure() {
          const total = await stopwatch(() => {
            for (let commit = 0; commit < executions * (count + 2); commit += 1)
              insert.run(JSON.stringify({ number: commit }));
          });
          return { ms: total / executions };
        },
        close: async () => void db.close(),
      };
    },
  };
}

function peer(id: string, title: string, role: Contender["role"], find: () => Promise<OpenLoop>) {
  return (count: number, executions: number): Contender => ({
    id,
    title,
    role,
    async open(place) {
      const { runOnce, close } = await (await find())(place, count);
      return {
        async measure() {
          const total = await timeMs(async () => {
            for (let run = 0; run < executions; run += 1) await runOnce();
          });
          return { ms: total / executions };
        },
        ...(close === undefined ? {} : { close }),
      };
    },
  });
}
