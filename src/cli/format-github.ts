import { relative } from "node:path";
import type { Diagnostic } from "../manifest/index.ts";

/** Diagnostics as workflow commands, which GitHub shows at their lines. Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
export function formatGithub(diagnostics: readonly Diagnostic[], cwd: string): string {
  return diagnostics.map((diagnostic) => `${formatCommand(diagnostic, cwd)}\n`).join("");
}

function formatCommand(
  { severity, code, message, hint, file, line, column }: Diagnostic,
  cwd: string,
): string {
  const properties = [
    ["file", relative(cwd, file)],
    ...(line === null ? [] : [["line", String(line)]]),
    ...(column === null ? [] : [["col", String(column)]]),
    ["title", code],
  ].map(([name, value = ""]) => `${name}=${escapeProperty(value)}`);
  return `::${severity} ${properties.join(",")}::${escapeData(hint === null ? message : `${message}. ${hint}`)}`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
