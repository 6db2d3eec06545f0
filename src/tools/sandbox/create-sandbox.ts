import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import type { Environment } from "../../core/index.ts";
import { HandsError, isInside } from "../../core/index.ts";
import { findProgram } from "../find-program.ts";
import { createBubblewrapArguments, SYSTEM_FOLDERS } from "./bubblewrap-arguments.ts";
import type { ProgramStart, Sandbox, SandboxProfile, SandboxState } from "./types.ts";

const PROGRAM = "bwrap";

/** A sandbox that does not come up in this time is none. */
const TRIAL_MS = 10_000;

/** What a sandbox is looked for with. */
export interface SandboxSettings {
  readonly environment: Environment;
  /** Absolute paths that no hand's programs may see: data, hands, the project. */
  readonly hidden: readonly string[];
  /** Default: this machine's. */
  readonly platform?: NodeJS.Platform;
}

/** The machine's sandbox: bubblewrap, on Linux. Looks for it when it is first asked. */
export function createSandbox({
  environment,
  hidden,
  platform = process.platform,
}: SandboxSettings): Sandbox {
  const home = environment["HOME"];
  let known: SandboxState | undefined;
  const check = () => {
    known ??= tryOut(environment, platform);
    return known;
  };
  return {
    check,
    open(profile) {
      const state = check();
      if (!state.isAvailable) {
        throw new HandsError("hand_broken", `No sandbox: ${state.reason}`, { hint: state.hint });
      }
      for (const path of profile.read) assertHides(path, hidden, home);
      const masked = home === undefined ? hidden : [...hidden, home];
      return (program) => {
        assertVisible(profile, program);
        return {
          file: state.program,
          argv: [PROGRAM, ...createBubblewrapArguments(profile, program, masked)],
          cwd: profile.workspace,
          environment: program.environment,
        };
      };
    },
  };
}

/** Would a folder show what no hand's programs may see? Throws: `hand_broken`, also where there is no such folder. */
function assertHides(path: string, hidden: readonly string[], home: string | undefined): void {
  if (!existsSync(path)) {
    throw new HandsError("hand_broken", `[sandbox] read has ${path}, which does not exist`, {
      hint: "Make it, or take it out of the list.",
    });
  }
  const real = realpathSync(path);
  const other =
    hidden.find((folder) => isInside(folder, real) || isInside(real, folder)) ??
    (home !== undefined && isInside(real, home) ? home : undefined);
  if (other !== undefined) {
    throw new HandsError("hand_broken", `[sandbox] read has ${path}, which would show ${other}`, {
      hint: "Copy what the hand needs into its workspace, or keep it outside the project.",
    });
  }
}

/** Throws: `tool_failed` where the program's file is not there in the sandbox. */
function assertVisible(
  { read, program = [], workspace }: SandboxProfile,
  { file, argv }: ProgramStart,
): void {
  const shown = [...SYSTEM_FOLDERS, ...read, ...program, workspace];
  const isShown = (path: string) => shown.some((folder) => isInside(folder, path));
  if (isShown(file) && isShown(realpathSync(file))) return;
  throw new HandsError(
    "tool_failed",
    `${JSON.stringify(argv[0])} is ${file}, which the sandbox does not show`,
    {
      hint: `Add its folder to read in the [sandbox] table of HAND.toml, or use a program below ${SYSTEM_FOLDERS[0]}.`,
    },
  );
}

/** Starts a program that does nothing, with all that a hand's would have. */
function tryOut(environment: Environment, platform: NodeJS.Platform): SandboxState {
  if (platform !== "linux") {
    return {
      isAvailable: false,
      reason: `[sandbox] works on Linux alone, and this is ${platform}`,
      hint: "Run hands in a Linux container or virtual machine.",
    };
  }
  const program = findProgram(PROGRAM, "/", environment["PATH"]);
  if (program === undefined) {
    return {
      isAvailable: false,
      reason: "bubblewrap is not installed: there is no program bwrap on the PATH",
      hint: "Install it: apt-get install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora), pacman -S bubblewrap (Arch).",
    };
  }
  const run = (args: readonly string[]) =>
    spawnSync(program, args, {
      encoding: "utf8",
      timeout: TRIAL_MS,
      env: { PATH: environment["PATH"] ?? "" },
    });
  const trial = run(TRIAL_ARGUMENTS);
  if (trial.status === 0) {
    return { isAvailable: true, program, version: run(["--version"]).stdout.trim() };
  }
  const said = (trial.error?.message ?? trial.stderr).trim().split("\n")[0] ?? "";
  return {
    isAvailable: false,
    reason: `bubblewrap cannot make a sandbox here: ${said === "" ? `it ended with ${trial.status ?? trial.signal}` : said}`,
    hint: "The system has to allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 (Debian), kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), user.max_user_namespaces above 0; in Docker --security-opt seccomp=unconfined --security-opt systempaths=unconfined.",
  };
}

const TRIAL_ARGUMENTS: readonly string[] = createBubblewrapArguments(
  { workspace: "/tmp", read: [], hasNetwork: false, memoryMb: null, processes: null },
  { file: "true", argv: ["true"], cwd: "/", environment: {} },
);
