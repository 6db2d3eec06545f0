import type { Dialect } from "./dialects/recognise-dialect.ts";
import type { Diagnostic, HandConfig, ManifestProblem } from "./types.ts";

/** What a hand's folder came to. */
export interface HandFolder {
  /** The name in the manifest, else the folder's. */
  readonly name: string;
  /** Absolute. */
  readonly dir: string;
  /** Absent as soon as one diagnostic is an error. */
  readonly hand?: HandConfig;
  readonly diagnostics: readonly Diagnostic[];
  /** Changes whenever a file of the folder may have changed. */
  readonly fingerprint: string;
  /** When one of its files was last changed, by the file system's clock; 0 where there is none. */
  readonly changedAt: number;
  /** The text of `HAND.toml`; empty where it cannot be read. */
  readonly text: string;
  /** The format of the manifest; `unknown` where it is no hand at all. */
  readonly dialect: Dialect | "unknown";
  /** Puts further problems of the manifest, found in its {@link HandConfig}, to their places in the file. */
  readonly locate: (problems: readonly ManifestProblem[]) => Diagnostic[];
}
