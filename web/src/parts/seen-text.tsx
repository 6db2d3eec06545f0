import { splitUnseen } from "../format/unseen.ts";

/** A text from outside, in which everything can be seen: what is invisible or turns letters around is spelt out. */
export function SeenText({ text }: { readonly text: string }) {
  const parts = splitUnseen(text);
  if (parts.length === 1 && parts[0]?.isUnseen === false) return text;
  let offset = 0;
  return parts.map((part) => {
    const key = offset;
    offset += part.text.length;
    return part.isUnseen ? (
      <span key={key} className="unseen">
        {part.text}
      </span>
    ) : (
      part.text
    );
  });
}
