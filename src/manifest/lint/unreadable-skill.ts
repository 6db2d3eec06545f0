import { join } from "node:path";
import type { LintRule, LintSkillFile } from "./types.ts";

/** Always in the prompt, so larger ones crowd everything else out. */
const LARGEST_PLAIN_BYTES = 65_536;
const LARGEST_PACKAGED_BYTES = 262_144;

/** A file below skills/ that no model will ever read, or that leaves no room for anything else. */
export const unreadableSkill: LintRule = {
  code: "unreadable_skill",
  check: ({ skillFiles, folder }) =>
    folder.dialect !== "native"
      ? []
      : skillFiles.flatMap((file) => {
          const found = judge(file);
          if (found === null) return [];
          return [
            {
              kind: "text" as const,
              file: join(folder.dir, file.path),
              text: file.text,
              offset: 0,
              ...found,
            },
          ];
        }),
};

function judge({
  path,
  text,
  byteLength,
}: LintSkillFile): { readonly message: string; readonly hint: string } | null {
  const isPlain = /^skills\/[^/]+\.md$/i.test(path);
  const isPackaged = /^skills\/[^/]+\/SKILL\.md$/.test(path);
  if (!isPlain && !isPackaged) {
    if (/^skills\/[^/]+\/skill\.md$/i.test(path))
      return { message: "The skill is never read: its file has to be called SKILL.md", hint: "Rename it." };
    if (/^skills\/[^/]+$/.test(path))
      return {
        message: "The file is never read: a plain skill ends in .md",
        hint: "Rename it, or move it out of skills/.",
      };
    return null;
  }
  const body = text.replace(/^\uFEFF?---\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/, "");
  if (body.trim() === "")
    return { message: "The skill is empty", hint: "Write what the hand shall know, or remove the file." };
  const largest = isPlain ? LARGEST_PLAIN_BYTES : LARGEST_PACKAGED_BYTES;
  if (byteLength <= largest) return null;
  return {
    message: `The skill has ${byteLength} bytes; more than ${largest} crowd everything else out`,
    hint: "Split it into skills/<name>/SKILL.md with further files beside it.",
  };
}
