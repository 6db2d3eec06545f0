import { createRequire } from "node:module";
import { describeError, isPlainObject } from "../core/index.ts";

/** The head of a `SKILL.md`, or why there is none to use. */
export type Frontmatter =
  | { readonly status: "read"; readonly name: string | null; readonly description: string }
  | { readonly status: "unusable"; readonly message: string; readonly line: number; readonly hint: string };

const FENCE = /^---[ \t]*$/;

/**
 * Reads the YAML head of an Agent Skill, leniently: only a description is indispensable.
 * Source of the format: https://agentskills.io/specification
 */
export function readFrontmatter(text: string): Frontmatter {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const end = FENCE.test(lines[0] ?? "")
    ? lines.findIndex((line, index) => index > 0 && FENCE.test(line))
    : -1;
  if (end === -1) {
    return unusable(
      "The skill has no frontmatter",
      1,
      "Start the file with `---`, `name:` and `description:`, and another `---`.",
    );
  }
  const head = parseYaml(lines.slice(1, end).join("\n"));
  if ("fault" in head)
    return unusable(
      `The skill's frontmatter is not YAML: ${head.fault}`,
      head.line + 1,
      "Put texts with a colon in quotes.",
    );
  const fields = isPlainObject(head.value) ? head.value : {};
  const description = typeof fields["description"] === "string" ? fields["description"].trim() : "";
  if (description === "")
    return unusable(
      "The skill has no description",
      1,
      "Add `description:`: what it is for and when to use it.",
    );
  const name = fields["name"];
  return { status: "read", name: typeof name === "string" && name !== "" ? name : null, description };
}

function unusable(message: string, line: number, hint: string): Frontmatter {
  return { status: "unusable", message, line, hint };
}

/** The library costs 60 ms to load, so only hands with packaged skills pay for it. */
function parseYaml(
  text: string,
): { readonly value: unknown } | { readonly fault: string; readonly line: number } {
  const { parseDocument } = createRequire(import.meta.url)("yaml") as typeof import("yaml");
  try {
    const document = parseDocument(text, { prettyErrors: true });
    const [fault] = document.errors;
    if (fault === undefined) return { value: document.toJS({ maxAliasCount: 100 }) };
    return { fault: firstLine(fault.message), line: fault.linePos?.[0].line ?? 1 };
  } catch (error) {
    return { fault: firstLine(describeError(error)), line: 1 };
  }
}

function firstLine(message: string): string {
  return (message.split("\n", 1)[0] ?? "").replace(/ at line \d+.*$/, "").replace(/:$/, "");
}
