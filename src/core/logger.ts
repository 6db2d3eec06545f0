import type { JsonValue } from "./json.ts";

/** Facts that go with a log line. */
export type LogFields = Readonly<Record<string, JsonValue | undefined>>;

/** Where the program says what it does. Logs go to stderr or a file, never to stdout. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
