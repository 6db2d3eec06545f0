import type { HandFolder } from "./hand-folder.ts";
import type { FixedManifest } from "./lint/fix-manifest.ts";
import type { LintTool } from "./lint/types.ts";
import type { Diagnostic } from "./types.ts";

/** What the stricter rules find in a hand that loads. The rules are loaded with the first call. */
export async function lintHand(
  folder: HandFolder,
  tools: readonly LintTool[],
): Promise<readonly Diagnostic[]> {
  const { lintFolder } = await import("./lint/lint-folder.ts");
  return await lintFolder(folder, tools);
}

/** Mends what can be mended without changing what a native manifest means. */
export async function fixManifest(text: string, handName: string): Promise<FixedManifest> {
  const { fixManifest: fix } = await import("./lint/fix-manifest.ts");
  return fix(text, handName);
}
