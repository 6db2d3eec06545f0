import type { HandsError } from "../core/index.ts";
import { toHandsError } from "../core/index.ts";
import type { Diagnostic } from "../manifest/index.ts";
import { toLine } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/** Says what failed, as one line and a hint, or as JSON on stdout. Gives the exit code. */
export async function reportError(terminal: Terminal, isJson: boolean, thrown: unknown): Promise<number> {
  const error = toHandsError(thrown);
  if (isJson) {
    terminal.out.write(`${JSON.stringify({ error: error.toJSON() }, null, 2)}\n`);
    return error.exitCode;
  }
  await writeDiagnostics(terminal, error);
  const { bold, cyan, red } = terminal.err.colors;
  terminal.err.write(`${bold(red(`error[${error.code}]`))}: ${toLine(error.message, 500)}\n`);
  if (error.hint !== undefined) terminal.err.write(`  ${cyan("hint:")} ${toLine(error.hint, 500)}\n`);
  if (error.code === "internal" && error.cause instanceof Error && error.cause.stack !== undefined) {
    terminal.err.write(`${error.cause.stack}\n`);
  }
  return error.exitCode;
}

/** Every place that the error is about, before the line that sums it up. */
async function writeDiagnostics(terminal: Terminal, error: HandsError): Promise<void> {
  const found = error.details["diagnostics"] ?? error.details["problems"];
  if (!Array.isArray(found) || found.length === 0) return;
  const { formatDiagnostic } = await import("../manifest/index.ts");
  for (const diagnostic of found as readonly Diagnostic[]) {
    terminal.err.write(`${formatDiagnostic(diagnostic, { color: terminal.err.colors.isColorSupported })}\n`);
  }
}
