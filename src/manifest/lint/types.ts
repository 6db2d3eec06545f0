import type { CatalogTool } from "../check-gate-coverage.ts";
import type { HandFolder } from "../hand-folder.ts";
import type { Diagnostic, HandConfig, ManifestProblem } from "../types.ts";

/** A tool, and whether what it changes stays inside the hand. */
export interface LintTool extends CatalogTool {
  /** The hand's own workspace or memory, or null. */
  readonly confinedTo?: string | null;
}

/** A text that a model is shown. */
export interface LintText {
  readonly kind: "prompt" | "skill";
  /** Absolute. */
  readonly file: string;
  /** The whole file, in which places are counted. */
  readonly text: string;
  /** Where the words of this text begin in the file, and end. */
  readonly start: number;
  readonly end: number;
}

/** A file below `skills/`. */
export interface LintSkillFile {
  /** Relative to the hand's folder. */
  readonly path: string;
  readonly byteLength: number;
  readonly text: string;
}

/** A hand as the rules look at it: everything is read before. */
export interface LintSubject {
  readonly folder: HandFolder;
  readonly hand: HandConfig;
  readonly texts: readonly LintText[];
  readonly skillFiles: readonly LintSkillFile[];
  /** The tools that come with the program. */
  readonly tools: readonly LintTool[];
}

/** One rule: pure, and silent where it is not sure. */
export interface LintRule {
  /** Stable: people name it in their own tools. */
  readonly code: string;
  readonly check: (subject: LintSubject) => readonly LintFinding[];
}

/** What a rule found: in the manifest, by its path in the native document, or in another text, by its offset. */
export type LintFinding =
  | { readonly kind: "manifest"; readonly problem: Omit<ManifestProblem, "severity" | "code"> }
  | {
      readonly kind: "text";
      readonly file: string;
      readonly text: string;
      readonly offset: number;
      readonly message: string;
      readonly hint: Diagnostic["hint"];
    };
