/** The beginning of a text that has at most so many bytes in UTF-8, with `…` where something is left out; never half a character. */
export function shortenBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.byteLength <= limit) return text;
  const mark = "…";
  let end = limit - Buffer.byteLength(mark);
  // The following bytes of a character begin with the bits 10.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString("utf8") + mark;
}
