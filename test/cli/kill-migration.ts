import { expect } from "vitest";
import type { Store } from "../../src/store/index.ts";
import type { CliProject } from "./cli-project.ts";

/** How many rows the target says it has so far; null before it says anything. */
async function readCopied(target: Store): Promise<number | null> {
  const row = await target.db
    .selectFrom("runtime_state")
    .select("value")
    .where("key", "=", "transfer.target")
    .executeTakeFirst();
  if (row === undefined) return null;
  const { copied } = JSON.parse(row.value) as { copied: Record<string, number> };
  return Object.values(copied).reduce((total, rows) => total + rows, 0);
}

/** Starts the migration, kills it once it has copied so many rows more, and gives how many are there. */
export async function killUnderWay(
  project: CliProject,
  args: readonly string[],
  target: Store,
  moreRows = 1,
): Promise<number> {
  const before = (await readCopied(target)) ?? 0;
  const running = project.start(args);
  let copied = before;
  while (copied < before + moreRows && running.child.exitCode === null)
    copied = (await readCopied(target)) ?? 0;
  running.child.kill("SIGKILL");
  const { exitCode } = await running.ended;
  expect(exitCode).toBeNull();
  return copied;
}
