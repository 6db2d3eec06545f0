import { decideCall } from "../approvals/index.ts";
import type { ApprovalGate, HandConfig } from "../manifest/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";

/** What is known of a tool that a hand names, and when it runs. */
export interface ToolPower {
  readonly name: string;
  /** Null where only its code or its server can tell. */
  readonly effect: "read" | "write" | "destructive" | null;
  /** `unasked`: whenever the hand wants; `asks`: never without a decision; `depends`: on the arguments; `unknown` until its code is loaded. */
  readonly runs: "unasked" | "asks" | "depends" | "unknown";
}

/** Everything a hand may do, before it does anything, in the words of its manifest. */
export interface HandPowers {
  readonly brain: "model" | "script";
  /** Files of code, which run with the rights of the program. */
  readonly code: readonly string[];
  readonly tools: readonly ToolPower[];
  readonly gates: readonly Pick<
    ApprovalGate,
    "key" | "action" | "description" | "when" | "autoApproveAfter"
  >[];
  /** Names or globs of side-effecting tools that run without a gate. */
  readonly unattended: readonly string[];
  /** Hosts that its tools reach; null is any public host. */
  readonly hosts: readonly string[] | null;
  /** MCP servers of its own: the command that is started, or the address. */
  readonly servers: readonly {
    readonly name: string;
    readonly starts: string | null;
    readonly url: string | null;
  }[];
  readonly secrets: readonly string[];
  readonly repositories: readonly string[];
  readonly triggers: {
    readonly schedule: HandConfig["schedule"];
    readonly trigger: HandConfig["trigger"];
    readonly events: readonly string[];
  };
  readonly output: { readonly channels: readonly string[]; readonly folder: string | null };
  readonly isSandboxed: boolean;
}

/** Reads what a hand may do from its manifest and the tools that come with the program; loads none of its code and starts none of its servers. */
export function describePowers(hand: HandConfig, builtin: readonly ToolDescriptor[]): HandPowers {
  const names = new Set([...hand.toolsRequired, ...hand.toolsOptional].map(({ name }) => name));
  const code = [...(hand.scriptPath === null ? [] : [hand.scriptPath]), ...hand.toolPaths];
  return {
    brain: hand.scriptPath === null ? "model" : "script",
    code: code.map((path) => path.slice(hand.handDir.length + 1)),
    tools: [...names].map((name) => describeTool(name, hand, builtin)),
    gates: hand.approvalGates,
    unattended: hand.toolsUnattended,
    hosts: hand.network.allow,
    servers: Object.entries(hand.mcp).map(([name, { command, url }]) => ({
      name,
      starts: command === null ? null : command.join(" "),
      url,
    })),
    secrets: hand.secrets,
    repositories: hand.git.repositories,
    triggers: { schedule: hand.schedule, trigger: hand.trigger, events: hand.triggers.events },
    output: { channels: hand.output.channel, folder: hand.output.fileDrop },
    isSandboxed: hand.sandbox.enabled,
  };
}

function describeTool(name: string, hand: HandConfig, builtin: readonly ToolDescriptor[]): ToolPower {
  const tool = builtin.find((known) => known.name === name);
  if (tool === undefined) return { name, effect: null, runs: "unknown" };
  const decide = (holds: boolean) =>
    decideCall({
      tool,
      args: {},
      parameters: {},
      gates: hand.approvalGates.map((gate) => ({ ...gate, covers: () => gate.when === null || holds })),
      unattended: hand.toolsUnattended,
      operator: { deny: [], allowsAutoApprove: true, approvers: [] },
    }).kind;
  const [held, free] = [decide(true), decide(false)];
  const runs = held !== free ? "depends" : held === "run" ? "unasked" : "asks";
  return { name, effect: tool.effect, runs };
}
