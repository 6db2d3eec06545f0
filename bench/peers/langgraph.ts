import { randomUUID } from "node:crypto";
import path from "node:path";
import type { BaseMessage } from "@langchain/core/messages";
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import Database from "better-sqlite3";
import type { OpenLoop } from "./open-loop.ts";

/** A graph of a model's node and a tool's node, saved after each by LangGraph's SQLite saver, as durable as ours. */
export const openLangGraph: OpenLoop = async (place, steps) => {
  const db = new Database(path.join(place.makeFolder(), "langgraph.db"));
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  const checkpointer = new SqliteSaver(db as unknown as ConstructorParameters<typeof SqliteSaver>[0]);
  const countDone = (messages: readonly BaseMessage[]) =>
    messages.filter((message) => message.getType() === "tool").length;
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("model", async ({ messages }) => {
      const done = countDone(messages);
      const calls = done < steps ? [{ name: "note", args: { number: done }, id: `call-${done}` }] : [];
      return { messages: [new AIMessage({ content: done < steps ? "" : "done", tool_calls: calls })] };
    })
    .addNode("tool", async ({ messages }) => {
      const done = countDone(messages);
      const content = JSON.stringify({ number: done });
      return { messages: [new ToolMessage({ content, tool_call_id: `call-${done}` })] };
    })
    .addEdge(START, "model")
    .addConditionalEdges("model", ({ messages }) => (countDone(messages) < steps ? "tool" : END))
    .addEdge("tool", "model")
    .compile({ checkpointer });
  return {
    async runOnce() {
      const result = await graph.invoke(
        { messages: [new HumanMessage("Begin.")] },
        { configurable: { thread_id: randomUUID() }, recursionLimit: steps * 2 + 10, durability: "sync" },
      );
      if (result.messages.at(-1)?.content !== "done") throw new Error("the graph did not end");
    },
    close: async () => void db.close(),
  };
};
