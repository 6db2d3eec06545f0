import { statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

/** The absolute path of a hand's own folder for files, made where it is not there yet. */
export async function workspaceOf(dataDir: string, handName: string): Promise<string> {
  const workspace = join(dataDir, "workspaces", handName);
  const facts = statSync(workspace, { throwIfNoEntry: false });
  if (facts?.isDirectory() !== true) await mkdir(workspace, { recursive: true, mode: 0o700 });
  return workspace;
}
