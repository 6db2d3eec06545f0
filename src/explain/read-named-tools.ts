import type { HandConfig } from "../manifest/index.ts";
import { readBuiltinCatalog } from "../runtime/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";
import type { ExplainedFacts } from "./types.ts";

/** The tools that a hand names, as far as the program's own and those given tell; without its own they are not all known. */
export async function readNamedTools(
  hand: HandConfig,
  own: readonly ToolDescriptor[] | null = null,
): Promise<Pick<ExplainedFacts, "tools" | "unknownTools" | "hasOwnTools">> {
  const builtin = readBuiltinCatalog();
  const named = [...hand.toolsRequired, ...hand.toolsOptional].map((tool) => tool.name);
  const wanted = new Set(
    hand.skills.some(({ kind }) => kind === "package") ? [...named, "read_skill"] : named,
  );
  const tools = [...builtin.filter((tool) => wanted.has(tool.name)), ...(own ?? [])];
  const known = new Set(tools.map((tool) => tool.name));
  return {
    tools,
    unknownTools: named.filter((tool) => !known.has(tool)),
    hasOwnTools: hand.toolPaths.length === 0 || own !== null,
  };
}
