import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import type { Clock } from "../../core/index.ts";
import { createDeferred, describeError, HandsError } from "../../core/index.ts";
import { killGroup } from "../kill-group.ts";
import type { ProgramStart } from "../sandbox/types.ts";
import { createBoundedOutput } from "./bounded-output.ts";

/** How long a program has after SIGTERM before it is killed. */
const GRACE_MS = 2000;
/** How long the pipes are read after the program has ended. */
const DRAIN_MS = 1000;
const MAX_STREAM_BYTES = 64_000;

/** One program to run. */
export interface ProgramRun extends ProgramStart {
  readonly input: string;
  readonly signal: AbortSignal;
  readonly clock: Pick<Clock, "setTimer">;
}

/** How a program ended; a program that was killed has a signal and no exit code. */
export interface ProgramResult {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/**
 * Runs a program as the leader of a process group of its own, and comes back when nothing of the group is left: what the
 * program leaves running is killed with its end. On an abort the group gets SIGTERM, and 2 seconds later SIGKILL.
 *
 * Throws: the signal's reason; `tool_failed` when it cannot be started.
 */
export async function runProgram({
  file,
  argv,
  cwd,
  environment,
  input,
  signal,
  clock,
}: ProgramRun): Promise<ProgramResult> {
  signal.throwIfAborted();
  const [argv0, ...args] = argv;
  const child = spawn(file, args, { argv0, cwd, env: environment, detached: true, stdio: "pipe" });
  const stdout = createBoundedOutput(MAX_STREAM_BYTES);
  const stderr = createBoundedOutput(MAX_STREAM_BYTES);
  child.stdout.on("data", (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
  // A program that does not read its input closes it.
  child.stdin.on("error", () => {});
  child.stdin.end(input);

  let killing: ReturnType<Clock["setTimer"]> | undefined;
  const onAbort = () => {
    killGroup(child, "SIGTERM");
    killing = clock.setTimer(GRACE_MS, () => killGroup(child, "SIGKILL"));
  };
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    const ended = await waitForEnd(child, argv0, clock);
    signal.throwIfAborted();
    const truncated = stdout.isTruncated || stderr.isTruncated;
    return { ...ended, stdout: stdout.toText(), stderr: stderr.toText(), truncated };
  } finally {
    signal.removeEventListener("abort", onAbort);
    killing?.cancel();
  }
}

/**
 * Resolves when the leader has ended, its group is killed, and its pipes are read to the end. What left the group by a
 * session of its own cannot be found; it is not waited for either.
 */
function waitForEnd(
  child: ChildProcessWithoutNullStreams,
  name: string,
  clock: Pick<Clock, "setTimer">,
): Promise<Pick<ProgramResult, "exitCode" | "signal">> {
  const ended = createDeferred<Pick<ProgramResult, "exitCode" | "signal">>();
  child.on("error", (cause) => ended.reject(cannotStart(name, cause)));
  child.on("exit", () => {
    killGroup(child, "SIGKILL");
    // Whoever still holds the pipes would keep "close" from coming.
    const draining = clock.setTimer(DRAIN_MS, () => {
      child.stdout.destroy();
      child.stderr.destroy();
    });
    child.on("close", () => draining.cancel());
  });
  child.on("close", (exitCode, signal) => ended.resolve({ exitCode, signal }));
  return ended.promise;
}

function cannotStart(name: string, cause: unknown): HandsError {
  return new HandsError(
    "tool_failed",
    `${JSON.stringify(name)} could not be started: ${describeError(cause)}`,
    {
      hint: "Check that the program exists and may be executed.",
      cause,
    },
  );
}
