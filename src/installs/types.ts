import type { HandFile } from "../manifest/index.ts";

/** How a package is written down: as a folder or an archive of this machine, or the address of a Git repository. */
export type PackageSource =
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "archive"; readonly path: string }
  | { readonly kind: "git"; readonly url: string; readonly ref: string | null };

/** What a source held: files alone, checked, and none of them written anywhere. */
export interface PackageContent {
  /** Relative, with `/`, without `..`; sorted, no two alike. */
  readonly files: readonly HandFile[];
  /** The commit, of a Git repository. */
  readonly commit: string | null;
}

/** The bounds of a package. */
export interface PackageBounds {
  readonly entries: number;
  /** Of all files together, unpacked. */
  readonly bytes: number;
  /** Of an archive as it lies there. */
  readonly archiveBytes: number;
  /** Unpacked bytes for each packed one, where more than a megabyte comes out. */
  readonly ratio: number;
}
