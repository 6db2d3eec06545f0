import { join } from "node:path";
import type { HandCodeHost } from "../code/index.ts";
import { toHandsError } from "../core/index.ts";
import type { Diagnostic, HandConfig } from "../manifest/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";

/** Loads a hand's code from where it lies, in a worker thread as a run would; gives its tools, or why it cannot be loaded. */
export async function readOwnTools(
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
