/**
 * Does a name match a glob? `*` stands for any run of characters, also none; everything else for itself.
 * Linear in the length of the name for each star: no pattern can make it slow.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const parts = glob.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return glob === name;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false;
  let position = first.length;
  const end = name.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, position);
    if (found === -1 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}

/** Does it contain a `*`, so that it may match names that nobody wrote down? */
export function isGlob(text: string): boolean {
  return text.includes("*");
}
