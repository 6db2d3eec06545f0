import { HandsError } from "../../core/index.ts";
import type { ProgramPorts, ToolContext } from "../types.ts";

/** What only the program's own tools are given. Throws: `internal` where a caller gave none. */
export function getPorts(context: Pick<ToolContext, "ports">, tool: string): ProgramPorts {
  if (context.ports !== null) return context.ports;
  throw new HandsError("internal", `${tool} was called without what the program's own tools are given`);
}
