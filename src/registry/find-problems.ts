import type { CatalogTool, Diagnostic, HandConfig, ManifestProblem } from "../manifest/index.ts";
import { checkGateCoverage, listMcpServers } from "../manifest/index.ts";

/** The tools that every hand could be given; null where nobody said, and nothing about tools is checked. */
export interface KnownTools {
  readonly tools: readonly CatalogTool[];
  /** Names of the project's MCP servers, whose tools are not known yet. */
  readonly mcpServers: readonly string[];
}

/** What a hand's own code gives: its tools, or why it cannot be loaded. */
export type ReadOwnTools = (
  hand: HandConfig,
  fingerprint: string,
) => Promise<{ readonly tools: readonly CatalogTool[]; readonly problem: Diagnostic | null }>;

/** What a manifest is held against besides its own rules. */
export interface HandChecks {
  /** The folder of the project's tools: absolute; null where there is none. */
  readonly projectToolsDir: string | null;
  readonly tools: KnownTools | null;
  /** The tools of a hand's own code, which this runs; null where nothing of a hand is to be run. */
  readonly readOwnTools: ReadOwnTools | null;
  /** Problems that only the project knows of, as a model that is not configured. */
  readonly inspect: (hand: HandConfig) => readonly ManifestProblem[];
}

/** What is wrong with a hand that its manifest and its folder are well with. */
export interface FoundProblems {
  /** Why its own code cannot be loaded. */
  readonly ofCode: Diagnostic | null;
  /** Not yet put to their places. */
  readonly ofManifest: readonly ManifestProblem[];
}

/** Holds a hand against the tools that there are, its own code, and what the project has. */
export async function findProblems(
  hand: HandConfig,
  fingerprint: string,
  checks: HandChecks,
): Promise<FoundProblems> {
  const hasOwnTools = hand.toolPaths.length > 0;
  const own =
    hasOwnTools && checks.readOwnTools !== null ? await checks.readOwnTools(hand, fingerprint) : null;
  return {
    ofCode: own?.problem ?? null,
    ofManifest: [...checkTools(hand, checks.tools, own?.tools ?? null), ...checks.inspect(hand)],
  };
}

/** Holds a manifest against the tools that there are. MCP servers' tools, and a hand's own where they were not read, are not known. */
function checkTools(
  hand: HandConfig,
  knownTools: KnownTools | null,
  own: readonly CatalogTool[] | null,
): readonly ManifestProblem[] {
  if (knownTools === null) return [];
  const isUnread = hand.toolPaths.length > 0 && own === null;
  return checkGateCoverage(hand, {
    tools: own === null ? knownTools.tools : withOwnTools(knownTools.tools, own),
    isComplete: !isUnread,
    unaskedServers: listMcpServers(hand, knownTools.mcpServers),
  });
}

/** A tool of the hand's own stands in place of another of its name. */
function withOwnTools(tools: readonly CatalogTool[], own: readonly CatalogTool[]): readonly CatalogTool[] {
  const names = new Set(own.map(({ name }) => name));
  return [...tools.filter(({ name }) => !names.has(name)), ...own];
}
