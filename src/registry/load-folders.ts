import type {
  CatalogTool,
  Diagnostic,
  HandConfig,
  HandFolder,
  ManifestProblem,
  ReadInstalled,
} from "../manifest/index.ts";
import { checkGateCoverage, listMcpServers, loadHandFolder, readInstalledHands } from "../manifest/index.ts";

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

/** Loaded before the event loop goes round: some milliseconds. */
const FOLDERS_AT_ONCE = 16;

/** Loads folders, a few at a time, in the order given. Whatever is wrong with one is its diagnostic, never an exception. */
export async function loadFolders(
  dirs: readonly string[],
  checks: HandChecks,
): Promise<readonly LoadedFolder[]> {
  const loaded: LoadedFolder[] = [];
  const waiting = dirs.entries();
  const options = { projectToolsDir: checks.projectToolsDir, readInstalled: createInstalledReader() };
  const work = async () => {
    for (const [index, dir] of waiting) {
      loaded[index] = await checkHand(await loadHandFolder(dir, options), checks);
      await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: Math.min(FOLDERS_AT_ONCE, dirs.length) }, work));
  return loaded;
}

/** Reads the list of each hands folder once, however many hands it has. */
function createInstalledReader(): ReadInstalled {
  const lists = new Map<string, ReturnType<ReadInstalled>>();
  return (handsDir) => {
    const list = lists.get(handsDir) ?? readInstalledHands(handsDir);
    lists.set(handsDir, list);
    return list;
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function checkHand(folder: HandFolder, checks: HandChecks): Promise<LoadedFolder> {
  const { dir, name, hand = null, diagnostics, fingerprint } = folder;
  const plain = { dir, name, fingerprint };
  if (hand === null) return { ...plain, hand, diagnostics };
  const hasOwnTools = hand.toolPaths.length > 0;
  const own =
    hasOwnTools && checks.readOwnTools !== null ? await checks.readOwnTools(hand, fingerprint) : null;
  const problems = [...checkTools(hand, checks.tools, own?.tools ?? null), ...checks.inspect(hand)];
  const located = folder.locate(problems);
  const found = [...(own?.problem == null ? [] : [own.problem]), ...located];
  if (found.length === 0) return { ...plain, hand, diagnostics };
  const isBroken = found.some(({ severity }) => severity === "error");
  return { ...plain, hand: isBroken ? null : hand, diagnostics: [...diagnostics, ...found] };
}

/** Holds a manifest against the tools that there are. MCP servers' tools, and a hand's own where they were not read, are not known. */
function checkTools(
  hand: HandConfig,
  knownTools: KnownTools | null,
  own: readonly CatalogTool[] | null,
): readonly ManifestProblem[] {
  if (knownTools === null) return [];
  const names = new Set(own?.map((tool) => tool.name));
  const isUnread = hand.toolPaths.length > 0 && own === null;
  return checkGateCoverage(hand, {
    tools: [...knownTools.tools.filter((tool) => !names.has(tool.name)), ...(own ?? [])],
    isComplete: !isUnread,
    unaskedServers: listMcpServers(hand, knownTools.mcpServers),
  });
}
