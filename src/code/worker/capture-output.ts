import type { ScriptLogLevel } from "../types.ts";
import type { CodeScopes } from "./code-scope.ts";

/** What is printed at once beyond this many characters is cut. */
const MAX_TEXT_LENGTH = 8192;

/**
 * Turns what hand code prints into log lines of the run or call that printed it: stdout to `info`, stderr to `warn`.
 * The stream's own `write` is replaced, because only in the caller's turn is it known who the caller is.
 */
export function captureOutput(
  scopes: CodeScopes,
  logUnowned: (level: ScriptLogLevel, message: string) => void,
): void {
  const streams = [
    [process.stdout, "info"],
    [process.stderr, "warn"],
  ] as const;
  for (const [stream, level] of streams) {
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
      const message = boundText(text.replace(/\r?\n$/, ""));
      if (message !== "") {
        const scope = scopes.getStore();
        if (scope === undefined) logUnowned(level, message);
        else scope.log(level, message);
      }
      const callback = rest.at(-1);
      if (typeof callback === "function") queueMicrotask(() => callback());
      return true;
    };
  }
}

/** A log text of bounded length, with a mark where it was cut. */
export function boundText(text: string): string {
  return text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH)}… [cut]`;
}
