import { relative, sep } from "node:path";
import type { Diagnostic } from "../manifest/index.ts";

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
/** Without a line the whole file is meant. */
const LEVELS = { error: "error", warning: "warning" } as const;

/** Diagnostics as SARIF 2.1.0, for code scanning. Paths are relative to `cwd`. Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export function formatSarif(
  diagnostics: readonly Diagnostic[],
  program: { readonly version: string; readonly cwd: string },
): object {
  const codes = [...new Set(diagnostics.map(({ code }) => code))].sort();
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "hands",
            version: program.version,
            rules: codes.map((id) => ({ id, shortDescription: { text: id.replaceAll("_", " ") } })),
          },
        },
        columnKind: "utf16CodeUnits",
        results: diagnostics.map((diagnostic) => toResult(diagnostic, codes, program.cwd)),
      },
    ],
  };
}

function toResult(diagnostic: Diagnostic, codes: readonly string[], cwd: string): object {
  const { code, severity, message, hint, file, line, column } = diagnostic;
  const region =
    line === null ? {} : { region: { startLine: line, ...(column === null ? {} : { startColumn: column }) } };
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVELS[severity],
    message: { text: hint === null ? `${message}.` : `${message}. ${hint}` },
    locations: [{ physicalLocation: { artifactLocation: { uri: toUri(file, cwd) }, ...region } }],
  };
}

/** A reference relative to the place where the command was called. */
function toUri(file: string, cwd: string): string {
  return relative(cwd, file).split(sep).map(encodeURIComponent).join("/");
}
