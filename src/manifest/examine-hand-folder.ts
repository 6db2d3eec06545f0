import { isUtf8 } from "node:buffer";
import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { describeError } from "../core/index.ts";
import type { FolderListing } from "./folder-files.ts";
import { listFolder } from "./folder-files.ts";
import { calculateFingerprint, UNREADABLE_FINGERPRINT } from "./folder-fingerprint.ts";
import type { HandFolder } from "./hand-folder.ts";
import { loadOutputSchema } from "./load-output-schema.ts";
import { loadSkills } from "./load-skills.ts";
import { locateProblems } from "./locate-problems.ts";
import type { ParsedManifest } from "./parse-manifest.ts";
import { parseManifest } from "./parse-manifest.ts";
import type { Diagnostic, HandConfig, ManifestProblem, Severity } from "./types.ts";

/** Larger than any manifest. */
const LARGEST_MANIFEST_BYTES = 1_048_576;

/**
 * The folder alone, without asking whether somebody trusts it: for looking, never for running. `listed` is what is in it, where that was
 * looked at just before.
 */
export async function examineHandFolder(dir: string, listed?: FolderListing): Promise<HandFolder> {
  const handDir = resolve(dir);
  const manifestPath = join(handDir, "HAND.toml");
  // Listed before anything is read: an edit in between changes the next fingerprint, and the hand is loaded again.
  const listing = listed ?? tryToList(handDir);
  if (typeof listing === "string") {
    const problem = report(
      manifestPath,
      "unreadable",
      "error",
      `The folder cannot be read: ${listing}`,
      "Check that it exists and may be read.",
    );
    const state = { fingerprint: UNREADABLE_FINGERPRINT, changedAt: 0 };
    return { ...nothingRead(handDir, manifestPath), diagnostics: [problem], ...state };
  }
  const state = { fingerprint: calculateFingerprint(listing), changedAt: listing.changedAt };
  const refusals = listing.refused.map((refused) => describeRefusal(handDir, refused));
  const content = refusals.some(({ file }) => file === manifestPath)
    ? undefined
    : readManifest(manifestPath, listing);
  if (content === undefined || typeof content !== "string") {
    const diagnostics = content === undefined ? refusals : [content, ...refusals];
    return { ...nothingRead(handDir, manifestPath), diagnostics, ...state };
  }
  const parsed = parseManifest(content, { path: manifestPath, handDir });
  const { dialect } = parsed;
  if (dialect !== "native" && dialect !== "unknown") {
    // Each format has a reader of its own, which only its hands pay for.
    const { loadPackage } = await import("./dialects/load-package.ts");
    const read = await loadPackage(content, dialect, { handDir, folderName: basename(handDir), listing });
    const diagnostics = [...read.diagnostics, ...refusals];
    const base = {
      name: read.name ?? basename(handDir),
      dir: handDir,
      diagnostics,
      ...state,
      text: content,
      dialect,
      locate: read.locate,
    };
    const isRefused = refusals.some(({ severity }) => severity === "error");
    return read.hand === undefined || isRefused ? base : { ...base, hand: read.hand };
  }
  const locate = (problems: readonly ManifestProblem[]) => locateProblems(content, manifestPath, problems);
  const { skills, diagnostics: skillDiagnostics } = await loadSkills(handDir, listing.files);
  const schemaPath = parsed.hand?.output.schemaPath ?? null;
  const loaded = schemaPath === null ? null : await loadOutputSchema(handDir, schemaPath, listing.files);
  const schemaDiagnostics = loaded !== null && "problem" in loaded ? locate([loaded.problem]) : [];
  const diagnostics = [
    ...parsed.diagnostics,
    ...refusals,
    ...skillDiagnostics,
    ...schemaDiagnostics,
    ...checkBrain(parsed, manifestPath, listing),
  ];
  const name = parsed.name ?? basename(handDir);
  const problems = [...refusals, ...schemaDiagnostics];
  if (parsed.hand === undefined || problems.some(({ severity }) => severity === "error")) {
    return { name, dir: handDir, diagnostics, ...state, text: content, dialect, locate };
  }
  const pathOf = (file: string) =>
    listing.files.some(({ path }) => path === file) ? join(handDir, file) : null;
  const hand: HandConfig = {
    ...parsed.hand,
    ...(loaded !== null && "schema" in loaded
      ? { output: { ...parsed.hand.output, schema: loaded.schema } }
      : {}),
    systemPromptPath: pathOf("SYSTEM.md"),
    scriptPath: pathOf("hand.ts"),
    skills,
    skillPaths: skills.map(({ path }) => join(handDir, path)),
    toolPaths: listing.files.filter(({ path }) => isToolFile(path)).map(({ path }) => join(handDir, path)),
  };
  return { name, dir: handDir, hand, diagnostics, ...state, text: content, dialect, locate };
}

/** The listing, or why there is none. */
function tryToList(handDir: string): FolderListing | string {
  try {
    return listFolder(handDir);
  } catch (error) {
    return describeError(error);
  }
}

function nothingRead(handDir: string, manifestPath: string) {
  return {
    name: basename(handDir),
    dir: handDir,
    text: "",
    dialect: "unknown" as const,
    locate: (problems: readonly ManifestProblem[]) => locateProblems("", manifestPath, problems),
  };
}

function isToolFile(path: string): boolean {
  return /^tools\/[^/]+\.ts$/.test(path) && !/\.(?:d|test)\.ts$/.test(path);
}

/** The text, or why there is none. */
function readManifest(path: string, listing: FolderListing): string | Diagnostic {
  const size = listing.files.find((file) => file.path === "HAND.toml")?.mark.size;
  if (size === undefined) {
    return report(
      path,
      "missing_manifest",
      "error",
      "There is no HAND.toml",
      "Write one that starts with [hand], or run `hands new`.",
    );
  }
  if (size > LARGEST_MANIFEST_BYTES) {
    return report(
      path,
      "too_large",
      "error",
      `HAND.toml has ${size} bytes; expected at most ${LARGEST_MANIFEST_BYTES}`,
      "Move long texts into SYSTEM.md or skills/.",
    );
  }
  try {
    const text = readFileSync(path, "utf8");
    // Decoding puts this character where something is not UTF-8; only a text that has it is asked whether it was written so.
    if (!text.includes("\uFFFD") || isUtf8(readFileSync(path))) return text;
    return report(path, "not_utf8", "error", "HAND.toml is not UTF-8", "Save it as UTF-8.");
  } catch (error) {
    return report(
      path,
      "unreadable",
      "error",
      `HAND.toml cannot be read: ${describeError(error)}`,
      "Check the file's permissions.",
    );
  }
}

function describeRefusal(handDir: string, refused: FolderListing["refused"][number]): Diagnostic {
  const { path, reason } = refused;
  const file = join(handDir, path);
  switch (reason) {
    case "outside":
      return report(
        file,
        "symlink_outside",
        "error",
        `${path} is a link that leads out of the hand's folder`,
        "Copy the file into the folder.",
      );
    case "not_a_file":
      return report(file, "unreadable", "error", `${path} is not a file`, "Replace it by a file.");
    case "unreadable":
      return report(
        file,
        "unreadable",
        "error",
        `${path} cannot be read`,
        "Check its permissions, and where it leads if it is a link.",
      );
  }
}

function checkBrain(parsed: ParsedManifest, manifestPath: string, listing: FolderListing): Diagnostic[] {
  const hasBrain = listing.files.some(({ path }) => path === "SYSTEM.md" || path === "hand.ts");
  if (hasBrain || parsed.hand === undefined) return [];
  const hint =
    "Write SYSTEM.md (what the model is told) or hand.ts (a script). Without either the prompt is made of name, description and tools.";
  return [
    report(manifestPath, "no_system_prompt", "warning", "The hand has neither SYSTEM.md nor hand.ts", hint),
  ];
}

function report(file: string, code: string, severity: Severity, message: string, hint: string): Diagnostic {
  return { severity, code, message, file, line: null, column: null, hint, source: null };
}
