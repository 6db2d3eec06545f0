import type { JsonObject, JsonValue } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";

/** A package of another format: its manifest as a document, and the texts beside it. */
export interface ForeignPackage {
  readonly document: Readonly<Record<string, JsonValue>>;
  /** By name, as in `SKILL.md`. */
  readonly files: ReadonlyMap<string, string>;
}

/** What became of one thing: it says the same here, was filled in because nothing was written, or has no counterpart. */
export type NoteKind = "mapped" | "defaulted" | "lost";

/** A place in a package: a file, and a key of it where it is TOML. */
export interface PackagePlace {
  readonly file: string;
  readonly path: DocumentPath;
}

/** One line of the report. */
export interface TranslationNote {
  readonly kind: NoteKind;
  /** Null for what was filled in. */
  readonly from: PackagePlace | null;
  /** Null for what is lost. */
  readonly to: PackagePlace | null;
  readonly reason: string | null;
  /** Something that held the hand back there and would not here. */
  readonly isGuard: boolean;
}

/** A part without which the hand cannot be run. */
export interface MissingPart {
  readonly part: string;
  readonly hint: string;
  readonly at: DocumentPath;
}

/** A key that TOML gave to another table than its author meant. It is read as it was meant. */
export interface MisplacedKey {
  readonly key: string;
  readonly at: DocumentPath;
}

/** The same hand in the native form. */
export interface NativePackage {
  /** As `HAND.toml` would be read. */
  readonly document: JsonObject;
  /** The text of `SYSTEM.md`. */
  readonly systemPrompt: string | null;
  /** Plain skills, in order; `source` is the file that they come from. */
  readonly skills: readonly { readonly name: string; readonly text: string; readonly source: string }[];
  readonly notes: readonly TranslationNote[];
  readonly missing: readonly MissingPart[];
  readonly misplaced: readonly MisplacedKey[];
}

/** Reads one dialect. Pure; no document makes it throw. */
export type DialectReader = (source: ForeignPackage) => NativePackage;

/** The file of the manifest in every package. */
export const MANIFEST_FILE = "HAND.toml";
/** The file of the system prompt. */
export const PROMPT_FILE = "SYSTEM.md";
