import type { JsonValue } from "../core/index.ts";
import { isPlainObject } from "../core/index.ts";

/*
 * What a reader cannot see or that reorders what he sees: controls, formatting and bidi characters, private use, lone surrogates,
 * unassigned code points, separators, the spaces that no keyboard has, what fonts draw as nothing, and the blank braille cell.
 * New line and tab stay, and so do the typographic spaces of French and Japanese.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{1680}\u{2000}-\u{200A}\u{205F}\u{2800}]/gu;

const KEPT_CONTROLS: ReadonlySet<string> = new Set(["\n", "\t"]);

/** One emoji made of several: pictographs with their variation selectors and skin tones, joined; and the keycaps. */
const EMOJI =
  /\p{Extended_Pictographic}[\u{FE0E}\u{FE0F}]?\p{Emoji_Modifier}?(?:\u{200D}\p{Extended_Pictographic}\u{FE0F}?\p{Emoji_Modifier}?)*|[0-9#*]\u{FE0F}\u{20E3}/gu;

/**
 * A text as a human may be shown it: every invisible, reordering or control character stands there as `\u{202E}`. The joiners
 * inside an emoji stay. Doing it twice changes nothing more.
 */
export function normaliseForHuman(text: string): string {
  let result = "";
  let position = 0;
  for (const emoji of text.matchAll(EMOJI)) {
    result += escapeUnseen(text.slice(position, emoji.index)) + emoji[0];
    position = emoji.index + emoji[0].length;
  }
  return result + escapeUnseen(text.slice(position));
}

/** A JSON value as a human may be shown it: each text in it, member names too. Never what is hashed, stored or executed. */
export function normaliseJsonForHuman(value: JsonValue): JsonValue {
  if (typeof value === "string") return normaliseForHuman(value);
  if (Array.isArray(value)) return value.map((item: JsonValue) => normaliseJsonForHuman(item));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value as { readonly [key: string]: JsonValue })
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [normaliseForHuman(key), normaliseJsonForHuman(item)]),
  );
}

function escapeUnseen(text: string): string {
  return text.replace(UNSEEN, (character) => {
    if (KEPT_CONTROLS.has(character)) return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}}`;
  });
}
