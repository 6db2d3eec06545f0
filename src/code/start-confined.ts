import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isPlainObject } from "../core/index.ts";
import type { Sandbox } from "../tools/index.ts";
import { findProgramFiles } from "./program-files.ts";
import { findRunningModule } from "./running-module.ts";
import type { CodeConfinement } from "./types.ts";
import type { CarrierEvents, CarrierSettings, WorkerCarrier } from "./worker-carrier.ts";

/** Variables that say nothing of the machine's accounts. `HOME` is the sandbox's own. */
const SHOWN_VARIABLES = /^(?:PATH|LANG|LC_[A-Z]+|TZ|NO_COLOR|HANDS_EXECUTION)$/;

/** Node's own threads, which count as processes. */
const OWN_THREADS = 24;

/** The end of what it wrote to stderr: what the sandbox or Node itself says of an end. */
const MOST_STDERR = 4000;

/**
 * Runs a worker in a process of its own, in the sandbox that the hand demands: it sees the program, its own version of the hand and what the
 * manifest lists, and writes to its workspace alone.
 *
 * Throws: `hand_broken` where this machine has no sandbox.
 */
export function startConfined(
  settings: CarrierSettings,
  { sandbox, confinement }: { readonly sandbox: Sandbox; readonly confinement: CodeConfinement },
  events: CarrierEvents,
): WorkerCarrier {
  const { start } = settings;
  const { read, network, processes } = confinement;
  const memoryMb = Math.min(settings.memoryMb, confinement.memoryMb ?? settings.memoryMb);
  const entry = fileURLToPath(findRunningModule(new URL("./worker/process-entry.ts", import.meta.url)));
  const ownWorkspace = confinement.workspace === null ? mkdtempSync(join(tmpdir(), "hands-code-")) : null;
  const workspace = ownWorkspace ?? confinement.workspace ?? "";
  const removeOwn = () => {
    if (ownWorkspace !== null) rmSync(ownWorkspace, { recursive: true, force: true });
  };
  try {
    const confine = sandbox.open({
      workspace,
      read,
      program: [
        ...findProgramFiles(entry),
        start.dir,
        ...(start.projectToolsDir === null ? [] : [start.projectToolsDir]),
      ],
      hasNetwork: network,
      // Node reserves more addresses than it uses, so its memory is bounded by its own means.
      memoryMb: null,
      processes: processes === null ? null : processes + OWN_THREADS,
    });
    const { file, argv, cwd, environment } = confine({
      file: realpathSync(process.execPath),
      argv: ["node", `--max-old-space-size=${memoryMb}`, "--disable-warning=ExperimentalWarning", entry],
      cwd: workspace,
      environment: Object.fromEntries(
        Object.entries(settings.environment).filter(([name]) => SHOWN_VARIABLES.test(name)),
      ),
    });
    const [argv0, ...args] = argv;
    const child = spawn(file, args, {
      argv0,
      cwd,
      env: { ...environment },
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      serialization: "advanced",
    });
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      stderr = (stderr + chunk.toString()).slice(-MOST_STDERR);
    });
    child.on("message", (message) => {
      // The code in there can say anything to us.
      try {
        if (!isPlainObject(message)) throw new Error("not an object");
        if (message["type"] === "uncaught") {
          events.onError(`ended with an error that nothing caught: ${String(message["what"])}`);
        } else {
          events.onMessage(message as never);
        }
      } catch (error) {
        events.onError("said something that is no message of a worker", error);
        child.kill("SIGKILL");
      }
    });
    child.on("error", (error) =>
      events.onError(`could not be started in its sandbox: ${error.message}`, error),
    );
    child.on("close", (exitCode) => {
      removeOwn();
      if (/JavaScript heap out of memory/.test(stderr))
        events.onError(`used more than ${memoryMb} MB of memory`);
      else if (exitCode !== 0 && stderr.trim() !== "") {
        events.onError(`ended in its sandbox: ${stderr.trim().split("\n").at(-1)}`);
      }
      events.onExit(exitCode);
    });
    child.send(start);
    return {
      post(message) {
        // What is sent to one that is ending is lost, as it is with a thread.
        if (child.connected) child.send(message, () => {});
      },
      keepProcessAlive(isNeeded) {
        const channel = child.channel;
        if (isNeeded) {
          child.ref();
          channel?.ref();
        } else {
          child.unref();
          channel?.unref();
        }
      },
      end: () => void child.kill("SIGKILL"),
    };
  } catch (error) {
    removeOwn();
    throw error;
  }
}
