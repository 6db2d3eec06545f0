import type { HandExplanation } from "../../explain/index.ts";
import { toPrintable } from "../printable.ts";
import type { OutputStream } from "../terminal.ts";

const INDENT = "  ";

/** An explanation for people: each question with its answers, wrapped to the terminal's width. */
export function formatExplanation(out: OutputStream, explanation: HandExplanation): string {
  const { bold, cyan } = out.colors;
  const width = Math.min(out.columns, 100);
  const lines = [`${bold(explanation.name)}  ${toPrintable(explanation.description)}`];
  for (const { title, sentences } of explanation.sections) {
    lines.push("", cyan(title));
    for (const sentence of sentences) lines.push(...wrap(toPrintable(sentence), width));
  }
  return `${lines.join("\n")}\n`;
}

/** The lines of one point of a list; a word that is longer than a line has one of its own. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && INDENT.length + 2 + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((part, index) => `${INDENT}${index === 0 ? "- " : "  "}${part}`);
}
