import { IDLE_MS, makeHandsProject, measureStart, timeList } from "../fixtures/hands-project.ts";
import { timeCommand } from "../fixtures/program.ts";
import { createConfig } from "../fixtures/runtime.ts";
import { parkExecutions, writeAskingHands } from "../fixtures/waiting-executions.ts";
import type { BenchCase, Comparison, Contender } from "../harness/types.ts";

/** From the command to the first thing it does, and what it holds while it does nothing. */
export const start: BenchCase = {
  name: "start",
  title: "Start, list and memory",
  list: ({ scale }) => [
    compareStart(100, true),
    compareStart(scale(1000), false),
    compareWaiting(scale(1000), scale(100)),
    compareList(100),
  ],
};

function compareStart(hands: number, hasPeer: boolean): Comparison {
  return {
    id: `start-${hands}`,
    title: `from the command to listening, with ${hands} hands that it has seen before, and memory ${IDLE_MS / 1000} s later`,
    metrics: {
      start: { title: "listening after", unit: "ms", better: "lower" },
      memory: { title: "memory", unit: "MB", better: "lower" },
    },
    contenders: [oursStart(hands), ...(hasPeer ? [openclawStart()] : [])],
    targets: [
      { metric: "start", atMost: 400 },
      { metric: "memory", atMost: 100 },
      ...(hasPeer
        ? [
            { metric: "start", against: "openclaw", advantage: 8 },
            { metric: "memory", against: "openclaw", advantage: 6 },
          ]
        : []),
    ],
    limit:
      "Node itself takes about 40 ms and 45 MB; the rest is what the runtime is made of, 1.8 MB of text in ten files, and for each hand asking its folder and files for their times and taking its manifest from the index: some 0.2 ms and 12 kB. What answers requests is loaded by the first of them, and is not in these figures: it takes some 50 ms and 9 MB, most of it Node's own fetch",
  };
}

function compareWaiting(hands: number, waiting: number): Comparison {
  return {
    id: `waiting-${waiting}`,
    title: `memory with ${hands} hands and ${waiting} executions that wait for a decision, ${IDLE_MS / 1000} s after the start`,
    metrics: { memory: { title: "memory", unit: "MB", better: "lower" } },
    contenders: [oursWaiting(hands, waiting)],
    targets: [{ metric: "memory", atMost: 100 }],
    limit:
      "an execution that waits is a row of the database and nothing in the process; the rest is what a start with as many hands takes",
  };
}

function compareList(hands: number): Comparison {
  return {
    id: `list-${hands}`,
    title: `\`hands list\` of ${hands} hands, with a database`,
    metrics: { ms: { title: "from the command to its end", unit: "ms", better: "lower" } },
    contenders: [oursList(hands), openclawList()],
    targets: [{ metric: "ms", atMost: 150 }],
    limit:
      "Node itself takes about 40 ms; the rest is the command line, the database's driver, and a look at each hand's files, whose manifest comes from the index while they are the same",
  };
}

function oursStart(hands: number): Contender {
  return {
    id: "hands",
    title: "hands up",
    role: "ours",
    async open(place) {
      const project = await makeHandsProject(place, hands);
      return { measure: () => measureStart(project) };
    },
  };
}

function oursWaiting(hands: number, waiting: number): Contender {
  return {
    id: "hands",
    title: "hands up",
    role: "ours",
    async open(place) {
      const project = await makeHandsProject(place, hands - waiting);
      const names = writeAskingHands(project.handsDir, waiting);
      await parkExecutions(createConfig(project.cwd, { handsDir: project.handsDir }), names);
      return {
        async measure() {
          const { memory } = await measureStart(project);
          return { memory };
        },
      };
    },
  };
}

function oursList(hands: number): Contender {
  return {
    id: "hands",
    title: "hands list",
    role: "ours",
    async open(place) {
      const project = await makeHandsProject(place, hands);
      return { measure: async () => ({ ms: await timeList(project) }) };
    },
  };
}

function openclawStart(): Contender {
  return {
    id: "openclaw",
    title: "openclaw gateway, with nothing configured",
    role: "peer",
    async open(place) {
      const { OPENCLAW_LISTENS, startGateway } = await import("../peers/openclaw.ts");
      const folder = place.makeFolder();
      const first = startGateway(folder);
      await first.saw(OPENCLAW_LISTENS);
      await first.stop();
      return {
        async measure() {
          const gateway = startGateway(folder);
          try {
            const start = await gateway.saw(OPENCLAW_LISTENS);
            await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
            return { start, memory: gateway.memoryMb() };
          } finally {
            await gateway.stop();
          }
        },
      };
    },
  };
}

function openclawList(): Contender {
  return {
    id: "openclaw",
    title: "openclaw cron list, with its three own jobs and a gateway that runs",
    role: "peer",
    async open(place) {
      const { environmentOf, listCommand, OPENCLAW_LISTENS, startGateway } = await import(
        "../peers/openclaw.ts"
      );
      const folder = place.makeFolder();
      const gateway = startGateway(folder);
      await gateway.saw(OPENCLAW_LISTENS);
      const options = { cwd: folder, env: environmentOf(folder) };
      return {
        measure: async () => ({ ms: await timeCommand(listCommand(gateway), options) }),
        close: () => gateway.stop(),
      };
    },
  };
}
