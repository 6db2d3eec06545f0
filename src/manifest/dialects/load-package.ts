import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describeError } from "../../core/index.ts";
import { buildHandConfig } from "../build-config.ts";
import { checkDocument } from "../check-document.ts";
import { formatPath, valueAt } from "../document-paths.ts";
import type { FolderListing } from "../folder-files.ts";
import { handTomlSchema } from "../hand-toml-schema.ts";
import { withoutByteOrderMark } from "../locate-problems.ts";
import { asName, checkName } from "../parse-manifest.ts";
import { readDocument } from "../read-document.ts";
import type { Diagnostic, HandConfig, ManifestProblem, Skill } from "../types.ts";
import { locateTranslated } from "./locate-translated.ts";
import type { ForeignDialect } from "./recognise-dialect.ts";
import { DIALECT_TITLES } from "./recognise-dialect.ts";
import { DIALECT_READERS } from "./translate.ts";
import type { NativePackage } from "./types.ts";
import { MANIFEST_FILE } from "./types.ts";

/** A package of another format, and the native one that it means. */
export interface LoadedPackage {
  readonly name: string | null;
  /** Absent where something keeps it from being run. */
  readonly hand?: HandConfig;
  readonly diagnostics: readonly Diagnostic[];
  readonly translated: NativePackage;
  /** Places further problems of the native document. */
  readonly locate: (problems: readonly ManifestProblem[]) => Diagnostic[];
}

/** Texts beside the manifest that some dialect reads. */
const COMPANION = /^(?:SKILL(?:-[A-Za-z0-9_-]+)?\.md|SYSTEM\.md|system-prompt\.md|guardrails\.toml)$/;
const NATIVE_PART = /^(?:hand\.ts$|tools\/|skills\/)/;
/** Larger than any of them. */
const LARGEST_TEXT_BYTES = 1_048_576;

/** Reads the package of a manifest that is TOML and of this dialect. What cannot be read beside it is a diagnostic. */
export async function loadPackage(
  text: string,
  dialect: ForeignDialect,
  folder: {
    readonly handDir: string;
    readonly folderName: string;
    readonly listing: Pick<FolderListing, "files">;
    /** Default: `HAND.toml` of the folder. */
    readonly manifestPath?: string;
  },
): Promise<LoadedPackage> {
  const { handDir, folderName, listing } = folder;
  const { manifestPath = join(handDir, MANIFEST_FILE) } = folder;
  const content = withoutByteOrderMark(text);
  const read = readDocument(content);
  const document = "fault" in read ? {} : read.document;
  const files = new Map<string, string>();
  const unread: Diagnostic[] = [];
  for (const { path } of listing.files.filter((file) => COMPANION.test(file.path))) {
    const companion = await readCompanion(join(handDir, path));
    if (companion.ok) files.set(path, companion.text);
    else unread.push(reportUnread(join(handDir, path), companion.reason));
  }
  // Parts of the native form, which no other one reads: noted, so that nobody waits for them.
  for (const { path } of listing.files.filter((file) => NATIVE_PART.test(file.path))) files.set(path, "");
  const translated = DIALECT_READERS[dialect]({ document, files });
  const locate = (problems: readonly ManifestProblem[]) =>
    locateTranslated(content, manifestPath, translated, problems);
  const name = asName(valueAt(translated.document, ["hand", "name"])) ?? asName(folderName);
  const checked = handTomlSchema.safeParse(translated.document);
  const problems = [
    ...("fault" in read ? [] : read.problems),
    ...checkDocument(translated.document, name, checked),
    ...checkName(translated.document, folderName),
  ];
  const diagnostics = [
    ...locateOwn(content, manifestPath, translated, dialect),
    ...locate(problems),
    ...unread,
  ];
  const isBroken = diagnostics.some(({ severity }) => severity === "error");
  if (isBroken || !checked.success || name === null) return { name, diagnostics, translated, locate };
  const skills = translated.skills.map(
    (skill): Skill => ({ name: skill.name, description: null, path: skill.source, kind: "file" }),
  );
  const hand: HandConfig = {
    ...buildHandConfig(checked.data, name, handDir, dialect),
    systemPromptPath: translated.systemPrompt === null ? null : manifestPath,
    skills,
    skillPaths: skills.map(({ path }) => join(handDir, path)),
  };
  return { name, hand, diagnostics, translated, locate };
}

/** What is wrong with the package as one of its dialect: one message where it cannot run, and one warning for what it loses. */
function locateOwn(
  text: string,
  file: string,
  translated: NativePackage,
  dialect: ForeignDialect,
): Diagnostic[] {
  const problems = [...describeMissing(translated, dialect), ...describeMisplaced(translated)];
  const lost = translated.missing.length > 0 ? [] : describeLost(translated, dialect);
  return locateForeign(text, file, translated, [...problems, ...lost]);
}

/** Their paths are the foreign document's already. */
function locateForeign(
  text: string,
  file: string,
  translated: NativePackage,
  problems: readonly ManifestProblem[],
): Diagnostic[] {
  const notes = problems.map(({ path }) => ({
    kind: "mapped" as const,
    from: { file: MANIFEST_FILE, path },
    to: { file: MANIFEST_FILE, path },
    reason: null,
    isGuard: false,
  }));
  return locateTranslated(text, file, { ...translated, notes }, problems);
}

function describeMissing({ missing }: NativePackage, dialect: ForeignDialect): ManifestProblem[] {
  const [first] = missing;
  if (first === undefined) return [];
  const parts = missing.map(({ part }) => part).join(" and ");
  const message = `This is ${DIALECT_TITLES[dialect]} (dialect ${dialect}), and ${parts} ${missing.length === 1 ? "is" : "are"} missing`;
  const hints = [...new Set(missing.map(({ hint }) => hint))].join(" ");
  const hint = `\`hands convert DIR --to native\` writes the rest in the native form. ${hints}`;
  return [{ severity: "error", code: "missing_part", message, path: first.at, at: "key", hint }];
}

function describeMisplaced({ misplaced }: NativePackage): ManifestProblem[] {
  return misplaced.map(({ key, at }) => ({
    severity: "warning" as const,
    code: "misplaced_key",
    message: `\`${key}\` belongs to [${formatPath(at.slice(0, -1))}] here; it is read as the hand's own`,
    path: at,
    at: "key" as const,
    hint: "Move the line above the first table header: in TOML a key belongs to the last header above it.",
  }));
}

const LOST_SHOWN = 5;

function describeLost({ notes }: NativePackage, dialect: ForeignDialect): ManifestProblem[] {
  const lost = notes.flatMap(({ kind, from }) =>
    kind === "lost" && from !== null ? [from.path.length === 0 ? from.file : formatPath(from.path)] : [],
  );
  if (lost.length === 0) return [];
  const more = lost.length > LOST_SHOWN ? `, and ${lost.length - LOST_SHOWN} more` : "";
  const message = `Of this ${DIALECT_TITLES[dialect].replace(/^an? /, "")} ${lost
    .slice(0, LOST_SHOWN)
    .map((name) => `\`${name}\``)
    .join(", ")}${more} ${lost.length === 1 ? "has" : "have"} no counterpart here`;
  const hint = "`hands convert DIR --to native --dry-run` says why of each.";
  return [{ severity: "warning", code: "not_translated", message, path: [], at: "key", hint }];
}

async function readCompanion(
  file: string,
): Promise<{ readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string }> {
  try {
    const bytes = await readFile(file);
    if (bytes.length > LARGEST_TEXT_BYTES)
      return { ok: false, reason: `has ${bytes.length} bytes; expected at most ${LARGEST_TEXT_BYTES}` };
    return { ok: true, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (error) {
    return {
      ok: false,
      reason: error instanceof TypeError ? "is not UTF-8" : `cannot be read: ${describeError(error)}`,
    };
  }
}

function reportUnread(file: string, reason: string): Diagnostic {
  return {
    severity: "error",
    code: "unreadable",
    message: `The file ${reason}`,
    file,
    line: null,
    column: null,
    hint: "It is a part of the hand: mend it, or remove it.",
    source: null,
  };
}
