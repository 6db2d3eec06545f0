import type { LintText } from "./types.ts";

/** A sentence, or a line of a list. */
export interface Sentence {
  readonly words: string;
  /** Where it begins in the file. */
  readonly offset: number;
}

/** The sentences of a text that speak to the model: without code blocks, quotations and headings. */
export function findSentences({ text, start, end }: LintText): Sentence[] {
  const shown = text
    .slice(start, end)
    .replace(/```[\s\S]*?(?:```|$)/g, (block) => block.replaceAll(/[^\n]/g, " "));
  return [...shown.matchAll(/[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]?/g)].flatMap((match) => {
    const leading = /^[\s>*+-]*(?:\d+\.\s*)?/.exec(match[0])?.[0].length ?? 0;
    const words = match[0].slice(leading).trim();
    const isQuoted = /^\s*>/.test(match[0]) || /^\s*#/.test(match[0]);
    return words.length < 8 || isQuoted ? [] : [{ words, offset: start + match.index + leading }];
  });
}

const LONGEST_QUOTE = 100;

/** The words themselves, cut where they are long. */
export function quoteSentence(words: string): string {
  const flat = words.replaceAll(/\s+/g, " ");
  return `"${flat.length <= LONGEST_QUOTE ? flat : `${flat.slice(0, LONGEST_QUOTE)}…`}"`;
}
