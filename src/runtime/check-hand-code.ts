import { readEnvironment, silentLogger, systemClock } from "../core/index.ts";
import type { Diagnostic, HandFolder } from "../manifest/index.ts";
import { checkGateCoverage } from "../manifest/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";
import { readOwnTools } from "./read-own-tools.ts";

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
  const taken = builtin.map(({ name }) => name);
  const results: (readonly Diagnostic[])[] = [];
  try {
    for (const folder of folders) {
      const { hand, diagnostics, fingerprint } = folder;
      if (hand === undefined) {
        results.push(diagnostics);
        continue;
      }
      const own = await readOwnTools(hand, fingerprint, host, taken);
      const problems = checkGateCoverage(hand, {
        tools: [...builtin, ...own.tools],
        isComplete: own.problem === null && Object.keys(hand.mcp).length === 0,
      });
      const located = folder.locate(problems);
      results.push([...diagnostics, ...(own.problem === null ? [] : [own.problem]), ...located]);
    }
  } finally {
    await host.stop();
  }
  return results;
}
