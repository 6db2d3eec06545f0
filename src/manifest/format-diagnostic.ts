import { createColors } from "picocolors";
import type { Diagnostic } from "./types.ts";

const WIDEST_SOURCE = 120;

/** Where Unicode has pictures of the control characters. */
const CONTROL_PICTURES = 0x2400;

/** A diagnostic for people: place, severity, code and message; the line with a caret below the place; what to do. */
export function formatDiagnostic(diagnostic: Diagnostic, options: { readonly color: boolean }): string {
  const { bold, cyan, dim, red, yellow } = createColors(options.color);
  const { severity, code, file, line, column, source } = diagnostic;
  const paint = severity === "error" ? red : yellow;
  const place = line === null ? file : `${file}:${line}${column === null ? "" : `:${column}`}`;
  const rows = [
    `${bold(printable(place))}: ${paint(`${severity}[${code}]`)}: ${printable(diagnostic.message)}`,
  ];
  if (line !== null && column !== null && source !== null) {
    const excerpt = cutAround(source, column - 1);
    const margin = `${line} | `;
    rows.push(dim(margin) + printable(excerpt.text));
    rows.push(" ".repeat(margin.length + excerpt.offset) + paint("^"));
  }
  if (diagnostic.hint !== null) rows.push(`  ${cyan("hint:")} ${printable(diagnostic.hint)}`);
  return rows.join("\n");
}

/** The part of a long line that holds the place. */
function cutAround(source: string, offset: number): { text: string; offset: number } {
  if (source.length <= WIDEST_SOURCE) return { text: source, offset };
  const start = Math.max(0, Math.min(offset - WIDEST_SOURCE / 2, source.length - WIDEST_SOURCE));
  const prefix = start > 0 ? "…" : "";
  const suffix = start + WIDEST_SOURCE < source.length ? "…" : "";
  return {
    text: prefix + source.slice(start, start + WIDEST_SOURCE) + suffix,
    offset: offset - start + prefix.length,
  };
}

/** One visible character for each that a terminal would act on or not show: controls, bidirectional marks, zero widths. */
function printable(text: string): string {
  return text.replaceAll("\t", " ").replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(CONTROL_PICTURES + code) : "\uFFFD".repeat(character.length);
  });
}
