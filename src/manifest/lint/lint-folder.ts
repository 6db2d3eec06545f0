import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { listFolder } from "../folder-files.ts";
import type { HandFolder } from "../hand-folder.ts";
import { clampToText, splitLines } from "../locate-problems.ts";
import { readHandTexts } from "../read-hand-texts.ts";
import type { Diagnostic, HandConfig } from "../types.ts";
import { LINT_RULES } from "./rules.ts";
import type { LintFinding, LintSkillFile, LintSubject, LintText, LintTool } from "./types.ts";

/** Everything that the rules find in a hand that loads, in the order of files and lines. A broken one has its own problems. */
export async function lintFolder(
  folder: HandFolder,
  tools: readonly LintTool[],
): Promise<readonly Diagnostic[]> {
  if (folder.hand === undefined) return [];
  const subject = await readSubject(folder, folder.hand, tools);
  const found = LINT_RULES.flatMap(({ code, check }) =>
    check(subject).flatMap((finding) => placeFinding(folder, code, finding)),
  );
  return found.toSorted((left, right) =>
    left.file < right.file ? -1 : left.file > right.file ? 1 : (left.line ?? 0) - (right.line ?? 0),
  );
}

function placeFinding(folder: HandFolder, code: string, finding: LintFinding): readonly Diagnostic[] {
  if (finding.kind === "manifest") return folder.locate([{ severity: "warning", code, ...finding.problem }]);
  const { file, text, offset, message, hint } = finding;
  const before = splitLines(text.slice(0, offset));
  const place = clampToText(before.length, (before.at(-1) ?? "").length + 1, splitLines(text));
  return [
    {
      severity: "warning",
      code,
      message,
      file,
      line: place.line,
      column: place.column,
      hint,
      source: place.source,
    },
  ];
}

async function readSubject(
  folder: HandFolder,
  hand: HandConfig,
  tools: readonly LintTool[],
): Promise<LintSubject> {
  const { files } = listFolder(folder.dir);
  const skillPaths = files.map(({ path }) => path).filter((path) => path.startsWith("skills/"));
  const skillFiles = await Promise.all(skillPaths.map((path) => readSkillFile(folder.dir, path)));
  return { folder, hand, tools, skillFiles, texts: await readTexts(folder, hand) };
}

async function readSkillFile(dir: string, path: string): Promise<LintSkillFile> {
  const bytes = await readFile(join(dir, path));
  return { path, byteLength: bytes.length, text: bytes.toString("utf8") };
}

/** The prompt and the plain skills. One that stands inside a manifest is looked for in it, so that places are right. */
async function readTexts(folder: HandFolder, hand: HandConfig): Promise<readonly LintText[]> {
  const { systemPrompt, skillTexts } = await readHandTexts(hand);
  const skills = hand.skills.filter(({ kind }) => kind === "file");
  const knowledge = skillTexts.map(({ text }, index): LintText => {
    const file = join(folder.dir, skills[index]?.path ?? "skills");
    return { kind: "skill", file, text, start: 0, end: text.length };
  });
  if (systemPrompt === null || hand.systemPromptPath === null) return knowledge;
  if (hand.dialect === "native") {
    const whole = {
      kind: "prompt",
      file: hand.systemPromptPath,
      text: systemPrompt,
      start: 0,
      end: systemPrompt.length,
    } as const;
    return [whole, ...knowledge];
  }
  return [...findLines(folder.text, hand.systemPromptPath, systemPrompt), ...knowledge];
}

/** Each line of a prompt where it stands in the manifest; what cannot be found (an escape, a heading of ours) is passed over. */
function findLines(manifest: string, file: string, prompt: string): LintText[] {
  let from = 0;
  return prompt.split("\n").flatMap((line): LintText[] => {
    const words = line.trim();
    const start = words === "" ? -1 : manifest.indexOf(words, from);
    if (start === -1) return [];
    from = start + words.length;
    return [{ kind: "prompt", file, text: manifest, start, end: from }];
  });
}
