import { readNodes } from "../../runtime/index.ts";
import { defineRoute } from "../route.ts";
import { nodeList } from "../schemas/nodes.ts";

const list = defineRoute({
  method: "get",
  path: "/api/nodes",
  id: "listNodes",
  summary: "The processes that share the database; those that stopped or went silent are shown for an hour",
  tag: "Settings",
  scope: "read",
  answer: nodeList,
  async handle(_input, { runtime }) {
    const nodes = await readNodes(runtime.store);
    return { items: nodes.map((node) => ({ ...node, isThis: node.id === runtime.nodeId })) };
  },
});

export const nodeRoutes = [list];
