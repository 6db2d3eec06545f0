import type { HandCode, HandCodeHost, ScriptRun } from "../code/index.ts";
import type { JsonObject } from "../core/index.ts";
import type { CallableTool, McpHost } from "../tools/index.ts";

/** What a call that was not made comes to, in the words of whoever asked for it. */
const NOT_DONE: JsonObject = {
  dryRun: true,
  note: "Not done, because this is a dry run. Go on as if it had worked.",
};

/** Stand-ins for everything that acts: what reads is done, what changes something comes to a word that it was not. Memory is the store's, so it is written there. */
export function createDryStandIns(): {
  readonly tool: (tool: CallableTool) => CallableTool;
  readonly code: (host: HandCodeHost) => HandCodeHost;
  readonly mcp: (host: McpHost) => McpHost;
} {
  return { tool: standInForTool, code: standInForCode, mcp: standInForServers };
}

function standInForTool(tool: CallableTool): CallableTool {
  const { effect, confinedTo, origin } = tool.descriptor;
  // Where it stays is believed of built-in tools alone, as the policy does.
  if (effect === "read" || (confinedTo === "memory" && origin === "builtin")) return tool;
  return {
    descriptor: tool.descriptor,
    parse: (args) => tool.parse(args),
    files: (args) => tool.files(args),
    execute: async () => NOT_DONE,
  };
}

function standInForCode(host: HandCodeHost): HandCodeHost {
  return {
    async load(version) {
      const code = await host.load(version);
      const standIn: HandCode = {
        hasScript: code.hasScript,
        tools: code.tools.map(standInForTool),
        startScript: (start) => standInForScript(code.startScript(start)),
      };
      return standIn;
    },
    stop: () => host.stop(),
  };
}

/** Steps of the script itself that change something are not run; the script is given null for what they return. */
function standInForScript(script: ScriptRun): ScriptRun {
  const acting = new Set<number>();
  return {
    async next() {
      const message = await script.next();
      if (message.type === "call" && message.call.kind === "step" && message.call.effect !== "read")
        acting.add(message.index);
      return message;
    },
    deliver: (index, outcome) => script.deliver(index, outcome),
    runStep: async (index, signal) => (acting.has(index) ? null : await script.runStep(index, signal)),
    drop: () => script.drop(),
  };
}

function standInForServers(host: McpHost): McpHost {
  return {
    use(settings) {
      const use = host.use(settings);
      return {
        name: use.name,
        ...(use.isPartial === undefined ? {} : { isPartial: use.isPartial }),
        listTools: async (signal) => (await use.listTools(signal)).map(standInForTool),
        onChange: (listener) => use.onChange((tools) => listener(tools.map(standInForTool))),
        release: () => use.release(),
      };
    },
    listRunning: (handName) => host.listRunning(handName),
    stop: () => host.stop(),
  };
}
