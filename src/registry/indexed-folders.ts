import type { Store } from "../store/index.ts";
import { findHandRows, listHandOrigins } from "../store/index.ts";
import { parseReading } from "./folder-reading.ts";
import type { RecallMarks } from "./folder-scan.ts";
import type { FindRows } from "./load-folders.ts";

/** What the store's index knows of folders, for the first look: after that, what changed has to be read. */
export interface IndexedFolders {
  /** As this build of the program read them. */
  readonly recallMarks: RecallMarks;
  readonly findRows: FindRows;
}

export const NOTHING_INDEXED: IndexedFolders = {
  recallMarks: () => null,
  findRows: async () => new Map(),
};

/** `program` names the build. */
export async function readIndexedFolders(store: Store, program: string): Promise<IndexedFolders> {
  const origins = new Map((await listHandOrigins(store)).map((row) => [row.hand_dir, row]));
  return {
    recallMarks: (folder) => {
      const row = origins.get(folder);
      const marks = row === undefined ? undefined : parseReading(row, program)?.marks;
      return marks?.map(([path, mark]) => [path === "" ? folder : `${folder}/${path}`, mark]) ?? null;
    },
    findRows: async (folders) => {
      const names = folders.flatMap((folder) => origins.get(folder)?.name ?? []);
      return new Map((await findHandRows(store, names)).map((row) => [row.hand_dir, row]));
    },
  };
}
