import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { quote } from "./describe-value.ts";
import type { FolderFile } from "./folder-files.ts";
import { readFrontmatter } from "./skill-frontmatter.ts";
import type { Diagnostic, Skill } from "./types.ts";

/** The skills of a folder, sorted by path, and what kept others out. */
export interface LoadedSkills {
  readonly skills: readonly Skill[];
  readonly diagnostics: readonly Diagnostic[];
}

const FILE_SKILL = /^skills\/([^/]+)\.md$/i;
const PACKAGED_SKILL = /^skills\/([^/]+)\/SKILL\.md$/;

/** Reads the skills of both forms: plain files `skills/*.md`, and Agent Skills `skills/<name>/SKILL.md`. */
export async function loadSkills(dir: string, files: readonly FolderFile[]): Promise<LoadedSkills> {
  const own = files.filter(({ path }) => path.startsWith("skills/"));
  if (own.length === 0) return { skills: [], diagnostics: [] };
  const loaded = await Promise.all(own.map((file) => loadSkill(dir, file.path)));
  return {
    skills: loaded.flatMap(({ skills }) => skills),
    diagnostics: loaded.flatMap(({ diagnostics }) => diagnostics),
  };
}

async function loadSkill(dir: string, path: string): Promise<LoadedSkills> {
  const fileName = FILE_SKILL.exec(path)?.[1];
  if (fileName !== undefined)
    return { skills: [{ name: fileName, description: null, path, kind: "file" }], diagnostics: [] };
  const folderName = PACKAGED_SKILL.exec(path)?.[1];
  return folderName === undefined
    ? { skills: [], diagnostics: [] }
    : await loadPackagedSkill(dir, path, folderName);
}

async function loadPackagedSkill(dir: string, path: string, folderName: string): Promise<LoadedSkills> {
  const file = join(dir, path);
  const text = await readFile(file, "utf8").catch(() => undefined);
  const report = (message: string, line: number | null, hint: string): Diagnostic => {
    const source = line === null ? null : ((text ?? "").split(/\r\n|\n|\r/)[line - 1] ?? "");
    return {
      severity: "warning",
      code: "invalid_skill",
      message,
      file,
      line,
      column: line === null ? null : 1,
      hint,
      source,
    };
  };
  if (text === undefined)
    return {
      skills: [],
      diagnostics: [
        report("The skill cannot be read and is left out", null, "Check the file's permissions."),
      ],
    };
  const head = readFrontmatter(text);
  if (head.status === "unusable")
    return { skills: [], diagnostics: [report(`${head.message}; it is left out`, head.line, head.hint)] };
  const skill: Skill = { name: folderName, description: head.description, path, kind: "package" };
  if (head.name === folderName) return { skills: [skill], diagnostics: [] };
  const written = head.name === null ? "has no name" : `is called ${quote(head.name)}`;
  const message = `The skill ${written} and its folder ${quote(folderName)}; the folder's name counts`;
  return { skills: [skill], diagnostics: [report(message, 1, `Write \`name: ${folderName}\`.`)] };
}
