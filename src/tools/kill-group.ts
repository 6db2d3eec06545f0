import type { ChildProcess } from "node:child_process";

/** Signals a child that leads a process group of its own, and everything in that group. What is gone already is no error. */
export function killGroup(child: Pick<ChildProcess, "pid">, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // Nothing of the group is left (ESRCH), or only what has another owner now (EPERM).
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
