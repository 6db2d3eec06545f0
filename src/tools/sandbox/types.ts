/** What a hand's `[sandbox]` allows. All paths are absolute. */
export interface SandboxProfile {
  /** The one folder that can be written. */
  readonly workspace: string;
  /** Folders and files that can be read besides the system's programs and libraries. */
  readonly read: readonly string[];
  /** What this program shows of itself, though it lies in what is hidden: no file of the project's. Default: nothing. */
  readonly program?: readonly string[];
  /** Whether programs have the machine's network; without it they have none, not even loopback to it. */
  readonly hasNetwork: boolean;
  /** Memory that one program may address. */
  readonly memoryMb: number | null;
  /** Processes and threads at once. */
  readonly processes: number | null;
}

/** A program as it is to be started. */
export interface ProgramStart {
  /** Absolute path of the file to execute. */
  readonly file: string;
  /** The name it is called by, and its arguments. */
  readonly argv: readonly [name: string, ...args: string[]];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Turns the start of a program into the start of the same program in a hand's sandbox. */
export type Confine = (program: ProgramStart) => ProgramStart;

/** Whether this machine can confine programs; if not, why, and what mends it. */
export type SandboxState =
  | { readonly isAvailable: true; readonly program: string; readonly version: string }
  | { readonly isAvailable: false; readonly reason: string; readonly hint: string };

/** The machine's means to confine programs. */
export interface Sandbox {
  /** Tries it for real, once in this process. */
  check(): SandboxState;
  /** Throws: `hand_broken` where this machine has no sandbox, or the profile shows what must be hidden. */
  open(profile: SandboxProfile): Confine;
}
