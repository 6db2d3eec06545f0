import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { findChildProgram } from "../support/shared.ts";

const SCRIPT = await findChildProgram("store/store-child");

export interface StoreChild {
  readonly process: ChildProcess;
  /** Lets it begin. */
  start(): void;
  /** Everything it printed so far. */
  output(): string;
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts a process that opens the store itself; resolves when it is ready to begin. */
export async function startStoreChild(db: string, task: string, name: string): Promise<StoreChild> {
  const child = spawn(process.execPath, [SCRIPT, db, task, name], { stdio: ["pipe", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const ended = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  await once(child.stdout, "data");
  return { process: child, start: () => child.stdin.end("go\n"), output: () => printed, ended };
}
