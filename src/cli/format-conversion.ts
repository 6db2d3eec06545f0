import type { HandConversion, TranslationNote } from "../manifest/index.ts";
import { formatPath } from "../manifest/index.ts";
import { toLine } from "./printable.ts";
import type { OutputStream } from "./terminal.ts";

type Place = NonNullable<TranslationNote["from"]>;

/** What became of each key, for people: what is lost last, where it is read. */
export function formatConversion(out: OutputStream, conversion: HandConversion): string {
  if (conversion.notes.length === 0) return "";
  const { bold, green, red, yellow } = out.colors;
  const paints = { mapped: green, defaulted: yellow, lost: red } as const;
  const lines = (["mapped", "defaulted", "lost"] as const).flatMap((kind) => {
    const notes = conversion.notes.filter((note) => note.kind === kind);
    return notes.map((note) => `${paints[kind](kind.padEnd(9))} ${toLine(describeNote(note), 300)}`);
  });
  const count = (kind: TranslationNote["kind"]) =>
    conversion.notes.filter((note) => note.kind === kind).length;
  const sum = `${count("mapped")} mapped, ${count("defaulted")} filled in, ${count("lost")} lost`;
  return `${bold(conversion.name)}  ${conversion.dialect}: ${sum}\n${lines.join("\n")}\n`;
}

function describeNote({ from, to, reason }: TranslationNote): string {
  const way = [from, to].flatMap((place) => (place === null ? [] : [describePlace(place)])).join(" -> ");
  return reason === null ? way : `${way}: ${reason}`;
}

function describePlace({ file, path }: Place): string {
  if (path.length === 0) return file;
  return file === "HAND.toml" ? formatPath(path) : `${file} ${formatPath(path)}`;
}

/** The report as data. */
export function toConversionJson(conversion: HandConversion) {
  const { dialect, name, files, missing, notes } = conversion;
  const toPlace = (place: Place | null) =>
    place === null
      ? null
      : { file: place.file, key: place.path.length === 0 ? null : formatPath(place.path) };
  return {
    name,
    dialect,
    files: files.map(({ path }) => path),
    missing: missing.map(({ part, hint }) => ({ part, hint })),
    notes: notes.map(({ kind, from, to, reason }) => ({
      kind,
      from: toPlace(from),
      to: toPlace(to),
      reason,
    })),
  };
}
