import type { OutputStream } from "./terminal.ts";

/* What a terminal would act upon, or would not show: controls, bidirectional marks and other formatting characters. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text that came from outside, as it may be shown: what a terminal would act upon stands there as its code. Lines stay. */
export function toPrintable(text: string): string {
  return text.replace(CONTROLS, (character) =>
    character === "\n" || character === "\t" || character === "\u200D"
      ? character
      : `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`,
  );
}

/** A text in one line, cut to a length. */
export function toLine(text: string, longest = 120): string {
  const line = toPrintable(text).replace(/\s+/g, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}

/** Data as it was for programs, and without what a terminal would act upon for people. */
export function writeData(out: OutputStream, text: string): void {
  if (text === "") return;
  const shown = out.isTerminal ? toPrintable(text) : text;
  out.write(shown.endsWith("\n") ? shown : `${shown}\n`);
}
