import type { NodeJson } from "../../runtime/index.ts";
import { NODE_STATES } from "../../store/index.ts";
import type { Metric, Sample } from "./text-format.ts";

/** Nodes with a line of their own; a fleet of more is counted. */
const MOST_NODES = 100;

/**
 * Figures of the processes that share the database. Labels are the host and the process's number, so a restart makes a new line; those
 * that stopped have none.
 */
export function describeNodes(nodes: readonly NodeJson[]): readonly Metric[] {
  const present = nodes.filter(({ state }) => state !== "stopped").slice(0, MOST_NODES);
  const byNode = (read: (node: NodeJson) => number): readonly Sample[] =>
    present.map((node) => ({ labels: { host: node.hostName, pid: String(node.pid) }, value: read(node) }));
  return [
    {
      name: "hands_nodes",
      help: "Processes that share the database, by state; those that stopped or went silent count for an hour.",
      type: "gauge",
      samples: NODE_STATES.map((state) => ({
        labels: { state },
        value: nodes.filter((node) => node.state === state).length,
      })),
    },
    {
      name: "hands_node_up",
      help: "1 while the process is heard of and takes work; 0 where it is silent or outdated.",
      type: "gauge",
      samples: byNode(({ state }) => Number(state === "alive")),
    },
    {
      name: "hands_node_executions_active",
      help: "Executions that the process has now.",
      type: "gauge",
      samples: byNode(({ activeCount }) => activeCount),
    },
    {
      name: "hands_node_executions_max",
      help: "Executions that the process may have at once.",
      type: "gauge",
      samples: byNode(({ maxActive }) => maxActive),
    },
    {
      name: "hands_node_hands_differences",
      help: "Hands whose folder differs from what most nodes have; counted up to 20.",
      type: "gauge",
      samples: byNode(({ handsDifferences }) => handsDifferences.length),
    },
  ];
}
