import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** How a program was started. */
export interface ProgramRun {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What a shell sets for itself. */
const OF_THE_SHELL = ["PWD", "OLDPWD", "SHLVL", "_"];

/** A PATH on which a program notes how it was started, and then is the real one. */
export function createRecordingProgram(name: string): {
  readonly searchPath: string;
  readonly readRuns: () => readonly ProgramRun[];
} {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-recording-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const real = execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
  const script = `#!/bin/sh\nprintf '%s\\0' "$@" > "${dir}/$$.argv"\nenv -0 > "${dir}/$$.env"\nexec "${real}" "$@"\n`;
  writeFileSync(path.join(dir, name), script, { mode: 0o755 });
  const readParts = (file: string) => readFileSync(path.join(dir, file), "utf8").split("\0").slice(0, -1);
  return {
    searchPath: `${dir}${path.delimiter}${process.env["PATH"] ?? ""}`,
    readRuns: () =>
      readdirSync(dir)
        .filter((file) => file.endsWith(".argv"))
        .map((file) => {
          const variables = readParts(file.replace(/argv$/, "env")).map((line) => {
            const equals = line.indexOf("=");
            return [line.slice(0, equals), line.slice(equals + 1)] as const;
          });
          return {
            argv: readParts(file),
            environment: Object.fromEntries(variables.filter(([key]) => !OF_THE_SHELL.includes(key))),
          };
        }),
  };
}
