import type { Readable, Writable } from "node:stream";
import picocolors from "picocolors";
import type { Environment } from "../core/index.ts";

/** Colours for one stream: identity functions where it shows none. */
export type Colors = ReturnType<typeof picocolors.createColors>;

/** One of the program's two outputs. */
export interface OutputStream {
  readonly isTerminal: boolean;
  readonly colors: Colors;
  /** Characters in a line; 100 where nobody can say. */
  readonly columns: number;
  write(text: string): void;
}

/** Where a command writes, and whether it may ask. */
export interface Terminal {
  /** Data alone. */
  readonly out: OutputStream;
  /** Everything else. */
  readonly err: OutputStream;
  /** Is there a human who sees the questions and can type the answers? */
  readonly canAsk: boolean;
  /** Where questions are put, as the library of questions takes them. */
  readonly questions: { readonly input: Readable; readonly output: Writable };
}

/** The part of a stream of the process that is needed here. */
export interface ProcessStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** The program's streams, each with its own colours. */
export function createTerminal(options: {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: ProcessStream;
  readonly stderr: Writable & ProcessStream;
  readonly environment: Environment;
  readonly argv: readonly string[];
}): Terminal {
  const { stdin, stdout, stderr, environment, argv } = options;
  const isForbidden = argv.includes("--no-color");
  const out = createOutput(stdout, environment, isForbidden);
  const err = createOutput(stderr, environment, isForbidden);
  const isDumb = environment["TERM"] === "dumb";
  const canAsk = stdin.isTTY === true && err.isTerminal && !isDumb;
  return { out, err, canAsk, questions: { input: stdin, output: stderr } };
}

function createOutput(stream: ProcessStream, environment: Environment, isForbidden: boolean): OutputStream {
  const isTerminal = stream.isTTY === true;
  const hasColor = !isForbidden && showsColor(environment, isTerminal);
  return {
    isTerminal,
    colors: picocolors.createColors(hasColor),
    get columns() {
      return stream.columns || 100;
    },
    write: (text) => void stream.write(text),
  };
}

/** `NO_COLOR` forbids, then `FORCE_COLOR` decides, then a terminal that is not dumb. Source: https://no-color.org, https://force-color.org */
export function showsColor(environment: Environment, isTerminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTerminal && TERM !== "dumb";
}
