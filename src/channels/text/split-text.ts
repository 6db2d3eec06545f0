/**
 * Where to cut a text so that at most `limit` UTF-16 units (at least 2) come before: behind the last line, else behind the last word, of its second half;
 * else anywhere but inside a surrogate pair. What is cut at stays before the cut, so that the pieces joined are the text.
 */
export function findCut(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  const head = text.slice(0, limit);
  for (const boundary of ["\n", " "]) {
    const at = head.lastIndexOf(boundary) + 1;
    if (at > limit / 2) return at;
  }
  const isInPair = isHighSurrogate(text.charCodeAt(limit - 1)) && isLowSurrogate(text.charCodeAt(limit));
  return isInPair ? Math.max(limit - 1, 0) || 2 : limit;
}

/** A text in pieces of at most `limit` UTF-16 units each, at least 2. Joined they are the text. */
export function splitText(text: string, limit: number): readonly string[] {
  const pieces: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const at = findCut(rest, limit);
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return pieces;
}

/** The beginning of a text, with `…` where something is left out. */
export function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, findCut(text, limit - 1)).trimEnd()}…`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
