import { examineHandFolder } from "./examine-hand-folder.ts";
import type { FolderListing } from "./folder-files.ts";
import type { HandFolder } from "./hand-folder.ts";
import { findDistrust } from "./installed/find-distrust.ts";
import type { ReadInstalled } from "./installed/installed-hands.ts";
import { readInstalledHands } from "./installed/installed-hands.ts";
import type { ListProjectTools } from "./project-tools.ts";
import { addProjectTools, listProjectTools } from "./project-tools.ts";

/** What a hand may use besides its own folder. */
export interface LoadHandOptions {
  /** Absolute path of the folder of the project's tools; it need not be there. Default (null): there are none. */
  readonly projectToolsDir?: string | null;
  /** Gives the list of what was installed into a hands folder; whoever loads many hands reads it once. Default: reads it. */
  readonly readInstalled?: ReadInstalled;
  /** Gives what is in the folder of the project's tools; whoever loads many hands looks once. Default: looks. */
  readonly listTools?: ListProjectTools;
}

/**
 * Loads a hand: reads its manifest and looks at its files, runs none of its code. Whatever is wrong with the folder is a
 * diagnostic, never an exception, and so it is where the hand came from elsewhere and nobody trusts it as it is now.
 */
export async function loadHandFolder(
  dir: string,
  {
    projectToolsDir = null,
    readInstalled = readInstalledHands,
    listTools = listProjectTools,
    listing,
  }: LoadHandOptions & {
    /** What is in the hand's folder, where that was looked at just before. */
    readonly listing?: FolderListing;
  } = {},
): Promise<HandFolder> {
  const own = await examineHandFolder(dir, listing);
  const folder = projectToolsDir === null ? own : addProjectTools(own, projectToolsDir, listTools);
  const distrust = await findDistrust(folder.dir, { readInstalled });
  if (distrust === null) return folder;
  const { hand: _, ...rest } = folder;
  const diagnostics = [distrust, ...folder.diagnostics];
  return { ...rest, diagnostics, fingerprint: `${folder.fingerprint} ${distrust.message}` };
}
