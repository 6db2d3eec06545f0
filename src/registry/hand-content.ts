import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

/** Do two folders hold the same hand, byte for byte? What cannot be read is not the same as anything. */
export async function hasSameContent(leftDir: string, rightDir: string): Promise<boolean> {
  try {
    const [left, right] = await Promise.all([listContent(leftDir), listContent(rightDir)]);
    if (left.length !== right.length || left.some((path, index) => path !== right[index])) return false;
    for (const path of left) {
      const [one, other] = await Promise.all([readFile(join(leftDir, path)), readFile(join(rightDir, path))]);
      if (!one.equals(other)) return false;
    }
    return true;
  } catch {
    return false;
  }
}

async function listContent(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split(sep).some((part) => part.startsWith(".") || part === "node_modules"))
    .sort();
}
