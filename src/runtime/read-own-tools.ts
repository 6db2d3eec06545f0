import { join } from "node:path";
import type { HandCodeHost } from "../code/index.ts";
import { HandsError, toHandsError } from "../core/index.ts";
import type { Diagnostic, HandConfig } from "../manifest/index.ts";
import type { ToolDescriptor } from "../tools/index.ts";

/** Loads a hand's code from where it lies, in a worker as a run would; gives its tools, or why it cannot be loaded. A tool never hides another. */
export async function readOwnTools(
  hand: HandConfig,
  fingerprint: string,
  host: HandCodeHost,
  taken: readonly string[],
): Promise<{ readonly tools: readonly ToolDescriptor[]; readonly problem: Diagnostic | null }> {
  if (hand.scriptPath === null && hand.toolPaths.length === 0) return { tools: [], problem: null };
  try {
    const code = await host.load({
      handName: hand.name,
      hash: fingerprint,
      dir: hand.handDir,
      scriptPath: hand.scriptPath,
      toolPaths: hand.toolPaths,
      projectToolsDir: hand.projectToolsDir,
      confinement: { ...hand.sandbox, workspace: null },
    });
    const tools = code.tools.map((tool) => tool.descriptor);
    const same = tools.find(({ name }) => taken.includes(name))?.name;
    if (same === undefined) return { tools, problem: null };
    throw new HandsError(
      "script_failed",
      `The hand has a tool ${same} of its own or the project's, and there is one already`,
      {
        hint: "Give that tool another name.",
      },
    );
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
