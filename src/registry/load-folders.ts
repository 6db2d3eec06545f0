import { join } from "node:path";
import type { CatalogTool, Diagnostic, HandConfig, HandFolder, ManifestProblem } from "../manifest/index.ts";
import { checkGateCoverage, loadHandFolder, locateProblems } from "../manifest/index.ts";

/** A hand's folder, as it was loaded. */
export interface LoadedFolder {
  /** Absolute. */
  readonly dir: string;
  readonly name: string;
  /** Null where a diagnostic is an error. */
  readonly hand: HandConfig | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly fingerprint: string;
}

/** The tools that every hand could be given; null where nobody said, and nothing about tools is checked. */
export interface KnownTools {
  readonly tools: readonly CatalogTool[];
  /** Does the project itself name MCP servers, whose tools are not known yet? */
  readonly hasMcpServers: boolean;
}

/** What a manifest is held against besides its own rules. */
export interface HandChecks {
  readonly tools: KnownTools | null;
  /** Problems that only the project knows of, as a model that is not configured. */
  readonly inspect: (hand: HandConfig) => readonly ManifestProblem[];
}

/** Files that are read at once: enough to keep the file system's threads busy. */
const FOLDERS_AT_ONCE = 32;

/** Loads folders, a few at a time, in the order given. Whatever is wrong with one is its diagnostic, never an exception. */
export async function loadFolders(
  dirs: readonly string[],
  checks: HandChecks,
): Promise<readonly LoadedFolder[]> {
  const loaded: LoadedFolder[] = [];
  const waiting = dirs.entries();
  const work = async () => {
    for (const [index, dir] of waiting) loaded[index] = checkHand(await loadHandFolder(dir), checks);
  };
  await Promise.all(Array.from({ length: Math.min(FOLDERS_AT_ONCE, dirs.length) }, work));
  return loaded;
}

function checkHand(folder: HandFolder, { tools, inspect }: HandChecks): LoadedFolder {
  const { dir, name, hand = null, diagnostics, fingerprint } = folder;
  const plain = { dir, name, fingerprint };
  if (hand === null) return { ...plain, hand, diagnostics };
  const problems = [...checkTools(hand, tools), ...inspect(hand)];
  if (problems.length === 0) return { ...plain, hand, diagnostics };
  const located = locateProblems(folder.text, join(dir, "HAND.toml"), problems);
  const isBroken = problems.some(({ severity }) => severity === "error");
  return { ...plain, hand: isBroken ? null : hand, diagnostics: [...diagnostics, ...located] };
}

/** Holds a manifest against the tools that there are. A hand's own tools and MCP servers are not known before they are asked. */
function checkTools(hand: HandConfig, knownTools: KnownTools | null): readonly ManifestProblem[] {
  if (knownTools === null) return [];
  const hasOwnTools = hand.toolPaths.length > 0 || Object.keys(hand.mcp).length > 0;
  return checkGateCoverage(hand, {
    tools: knownTools.tools,
    isComplete: !hasOwnTools && !knownTools.hasMcpServers,
  });
}
