import type { Clock, LogFields, Logger } from "../core/index.ts";
import { toLine } from "./printable.ts";
import type { OutputStream } from "./terminal.ts";

type Level = keyof Logger;

/** Log lines for people: time, level, message, facts. */
export function createConsoleLogger(parts: {
  readonly print: (line: string) => void;
  readonly stream: OutputStream;
  readonly clock: Clock;
  /** Also what only matters while looking for a fault. */
  readonly isVerbose: boolean;
}): Logger {
  const { print, stream, clock, isVerbose } = parts;
  const { cyan, dim, red, yellow } = stream.colors;
  const paints = { debug: dim, info: cyan, warn: yellow, error: red } as const;
  const log =
    (level: Level) =>
    (message: string, fields: LogFields = {}) => {
      if (level === "debug" && !isVerbose) return;
      const time = new Date(clock.now()).toISOString().slice(11, 19);
      const facts = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(
          ([key, value]) =>
            ` ${dim(`${key}=`)}${toLine(typeof value === "string" ? value : JSON.stringify(value), 200)}`,
        );
      print(`${dim(time)} ${paints[level](level.padEnd(5))} ${toLine(message, 500)}${facts.join("")}`);
    };
  return { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
}
