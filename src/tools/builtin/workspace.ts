import { mkdir } from "node:fs/promises";
import type { ToolContext } from "../types.ts";

/** The hand's workspace, which is made when it is first needed. Only its owner may look into it. */
export async function ensureWorkspace({ workspace }: Pick<ToolContext, "workspace">): Promise<string> {
  await mkdir(workspace, { recursive: true, mode: 0o700 });
  return workspace;
}
