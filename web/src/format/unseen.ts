/*
 * The same rules as `src/approvals/human-text.ts`, which the server goes by: what a reader cannot see, or what reorders what he sees.
 * New line and tab stay, and so do the joiners inside an emoji.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{1680}\u{2000}-\u{200A}\u{205F}\u{2800}]/u;

const EMOJI =
  /\p{Extended_Pictographic}[\u{FE0E}\u{FE0F}]?\p{Emoji_Modifier}?(?:\u{200D}\p{Extended_Pictographic}\u{FE0F}?\p{Emoji_Modifier}?)*|[0-9#*]\u{FE0F}\u{20E3}/gu;

export interface TextPart {
  readonly text: string;
  readonly isUnseen: boolean;
}

export function hasUnseen(text: string): boolean {
  return UNSEEN.test(text) && splitUnseen(text).some((part) => part.isUnseen);
}

/** A text cut where something in it cannot be seen, which is spelt out as `\u{202E}`. */
export function splitUnseen(text: string): readonly TextPart[] {
  if (!UNSEEN.test(text)) return [{ text, isUnseen: false }];
  const parts: TextPart[] = [];
  let seen = "";
  const close = () => {
    if (seen !== "") parts.push({ text: seen, isUnseen: false });
    seen = "";
  };
  const take = (piece: string) => {
    for (const character of piece) {
      if (character === "\n" || character === "\t" || !UNSEEN.test(character)) {
        seen += character;
        continue;
      }
      close();
      parts.push({ text: spellOut(character), isUnseen: true });
    }
  };
  let position = 0;
  for (const emoji of text.matchAll(EMOJI)) {
    take(text.slice(position, emoji.index));
    seen += emoji[0];
    position = emoji.index + emoji[0].length;
  }
  take(text.slice(position));
  close();
  return parts;
}

/** The same as one text, for titles and labels. */
export function spellUnseen(text: string): string {
  return splitUnseen(text)
    .map((part) => part.text)
    .join("");
}

function spellOut(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}}`;
}
