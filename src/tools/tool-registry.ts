import { findNearest, HandsError } from "../core/index.ts";
import { checkToolName } from "./tool-name.ts";
import type { CallableTool } from "./types.ts";

/** The tools that can be called, by name. Never changes. */
export interface ToolRegistry {
  /** Sorted by name. */
  readonly tools: readonly CallableTool[];
  find(name: string): CallableTool | undefined;
  /** Throws: `tool_not_found`, with the nearest name. */
  get(name: string): CallableTool;
  /** These tools and more. Throws: `invalid_argument` when a name is taken: a tool never hides another. */
  with(tools: readonly CallableTool[]): ToolRegistry;
}

/** Throws: `invalid_argument` when two tools have one name, or a name cannot be used. */
export function createToolRegistry(tools: readonly CallableTool[]): ToolRegistry {
  const byName = new Map<string, CallableTool>();
  for (const tool of tools) {
    const { name, origin } = tool.descriptor;
    checkToolName(name, origin);
    const other = byName.get(name);
    if (other !== undefined) throw taken(tool, other);
    byName.set(name, tool);
  }
  const sorted = [...byName.values()].sort((left, right) =>
    left.descriptor.name < right.descriptor.name ? -1 : 1,
  );
  return {
    tools: sorted,
    find: (name) => byName.get(name),
    get(name) {
      const tool = byName.get(name);
      if (tool === undefined) throw notFound(name, byName.keys());
      return tool;
    },
    with: (more) => createToolRegistry([...sorted, ...more]),
  };
}

function taken(tool: CallableTool, other: CallableTool): HandsError {
  const { name, origin } = tool.descriptor;
  return new HandsError(
    "invalid_argument",
    `Two tools are called ${name} (${other.descriptor.origin} and ${origin})`,
    {
      hint: "Rename one of them.",
      details: { name },
    },
  );
}

function notFound(name: string, names: Iterable<string>): HandsError {
  const nearest = findNearest(name, names);
  return new HandsError("tool_not_found", `There is no tool called ${JSON.stringify(name)}`, {
    hint: nearest === undefined ? "docs/tools.md lists the built-in tools." : `Did you mean ${nearest}?`,
    details: { name },
  });
}
