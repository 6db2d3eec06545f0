import { readFile } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import { HandsError } from "../../core/index.ts";
import { listFolder } from "../folder-files.ts";
import { withoutByteOrderMark } from "../locate-problems.ts";
import { readDocument } from "../read-document.ts";
import type { Diagnostic } from "../types.ts";
import { loadPackage } from "./load-package.ts";
import type { Dialect } from "./recognise-dialect.ts";
import { recogniseDialect } from "./recognise-dialect.ts";
import type { MissingPart, TranslationNote } from "./types.ts";
import type { PackageFile } from "./write-native.ts";
import { writeNativePackage } from "./write-native.ts";

/** What converting a hand comes to. A native hand has nothing to convert: no files. */
export interface HandConversion {
  readonly dialect: Dialect;
  readonly name: string;
  readonly files: readonly PackageFile[];
  readonly notes: readonly TranslationNote[];
  readonly missing: readonly MissingPart[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a manifest of any format that is known, and gives the native package. Writes nothing.
 *
 * Throws: `invalid_argument` when the file cannot be read; `invalid_manifest` when it is no TOML, or no hand.
 */
export async function convertHand(manifestPath: string): Promise<HandConversion> {
  const text = await readFile(manifestPath, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new HandsError("invalid_argument", `${manifestPath} cannot be read (${error.code ?? "unknown"})`, {
      hint: "Give a hand's folder, or the file of its manifest.",
      cause: error,
    });
  });
  const read = readDocument(withoutByteOrderMark(text));
  if ("fault" in read)
    throw new HandsError(
      "invalid_manifest",
      `${manifestPath} is not TOML: ${read.fault.message} (line ${read.fault.line})`,
    );
  const dialect = recogniseDialect(read.document);
  if (dialect === "unknown") {
    throw new HandsError("invalid_manifest", `${manifestPath} has the shape of no format that is known`, {
      hint: "docs/dialects.md says by what each is recognised.",
    });
  }
  const handDir = dirname(manifestPath);
  if (dialect === "native")
    return { dialect, name: basename(handDir), files: [], notes: [], missing: [], diagnostics: [] };
  const file = basename(manifestPath);
  // A format of single files has nothing beside them that belongs to the hand.
  const isAlone = file !== "HAND.toml";
  const folderName = isAlone ? basename(file, extname(file)) : basename(handDir);
  const listing = isAlone ? { files: [] } : listFolder(handDir);
  const loaded = await loadPackage(text, dialect, { handDir, folderName, listing, manifestPath });
  const { translated, diagnostics } = loaded;
  const files = writeNativePackage(translated, dialect);
  return {
    dialect,
    name: loaded.name ?? folderName,
    files,
    notes: translated.notes,
    missing: translated.missing,
    diagnostics,
  };
}
