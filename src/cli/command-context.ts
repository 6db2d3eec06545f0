import type { Command } from "commander";
import type { Clock, Environment } from "../core/index.ts";
import type { Interrupts } from "./interrupts.ts";
import type { Terminal } from "./terminal.ts";

/** Options that every command takes. */
export interface GlobalOptions {
  readonly hands?: string;
  readonly db?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** What a command works with. */
export interface CommandContext {
  readonly terminal: Terminal;
  readonly environment: Environment;
  /** Absolute. */
  readonly cwd: string;
  readonly clock: Clock;
  readonly interrupts: Interrupts;
  readonly globals: GlobalOptions;
  /** Data as JSON, and no questions. */
  readonly isJson: boolean;
}

/** Wraps the work of a command for commander: the work is given a context and returns the exit code. */
export type Act = <Arguments extends unknown[]>(
  work: (context: CommandContext, ...values: Arguments) => Promise<number>,
) => (...values: unknown[]) => Promise<void>;

/** Adds one command to the program. */
export type AddCommand = (program: Command, act: Act) => void;

/** Writes a value as the data of a command. */
export function writeJson(context: CommandContext, value: unknown): void {
  context.terminal.out.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Writes a line for people. */
export function say(context: CommandContext, line: string): void {
  context.terminal.err.write(`${line}\n`);
}

/** The end of a command's help: how it is used. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}\n`;
}
