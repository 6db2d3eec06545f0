import { join } from "node:path";
import type { HandCodeHost } from "../code/index.ts";
import { readEnvironment, silentLogger, systemClock, toHandsError } from "../core/index.ts";
import type { Diagnostic, HandConfig, HandFolder } from "../manifest/index.ts";
import { checkGateCoverage, locateProblems } from "../manifest/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";

/**
 * What is wrong with each hand's folder, its code included: loads it in a worker thread as a run would, from where it lies, and holds the
 * manifest against the tools that it gives. Runs no script and no tool.
 */
export async function checkHandCode(
  folders: readonly HandFolder[],
  builtin: readonly ToolDescriptor[],
  secretValues: readonly string[],
): Promise<readonly (readonly Diagnostic[])[]> {
  const { createHandCodeHost } = await import("../code/index.ts");
  const host = createHandCodeHost({
    clock: systemClock,
    logger: silentLogger,
    environment: readEnvironment(),
    secretValues,
  });
  const results: (readonly Diagnostic[])[] = [];
  try {
    for (const folder of folders) {
      const { hand, dir, diagnostics, fingerprint } = folder;
      if (hand === undefined) {
        results.push(diagnostics);
        continue;
      }
      const own = await loadTools(hand, fingerprint, host);
      const names = new Set(own.tools.map(({ name }) => name));
      const problems = checkGateCoverage(hand, {
        tools: [...builtin.filter(({ name }) => !names.has(name)), ...own.tools],
        isComplete: own.problem === null && Object.keys(hand.mcp).length === 0,
      });
      const located = locateProblems(folder.text, join(dir, "HAND.toml"), problems);
      results.push([...diagnostics, ...(own.problem === null ? [] : [own.problem]), ...located]);
    }
  } finally {
    await host.stop();
  }
  return results;
}

async function loadTools(
  hand: HandConfig,
  fingerprint: string,
  host: HandCodeHost,
): Promise<{ readonly tools: readonly ToolDescriptor[]; readonly problem: Diagnostic | null }> {
  if (hand.scriptPath === null && hand.toolPaths.length === 0) return { tools: [], problem: null };
  try {
    const code = await host.load({
      handName: hand.name,
      hash: fingerprint,
      dir: hand.handDir,
      scriptPath: hand.scriptPath,
      toolPaths: hand.toolPaths,
    });
    return { tools: code.tools.map((tool) => tool.descriptor), problem: null };
  } catch (thrown) {
    const { message, hint, details } = toHandsError(thrown, "script_failed");
    const { file, line, column } = details;
    return {
      tools: [],
      problem: {
        severity: "error",
        code: "code_not_loaded",
        message,
        file: typeof file === "string" ? join(hand.handDir, file) : (hand.scriptPath ?? hand.handDir),
        line: typeof line === "number" ? line : null,
        column: typeof column === "number" ? column : null,
        hint: hint ?? null,
        source: null,
      },
    };
  }
}
