import { isPlainObject } from "../../core/index.ts";
import type { DocumentPath } from "../document-paths.ts";

/**
 * The places of a document that no path of `taken` covers: the path itself, or one of the tables around it. A table of which nothing was
 * taken is one place; else each key is its own.
 */
export function findUnreadPlaces(document: unknown, taken: readonly DocumentPath[]): DocumentPath[] {
  const root: TakenNode = { isTaken: false, children: new Map() };
  for (const path of taken) mark(root, path);
  return isPlainObject(document) ? collect(document, [], root) : [];
}

interface TakenNode {
  isTaken: boolean;
  readonly children: Map<string, TakenNode>;
}

function mark(root: TakenNode, path: DocumentPath): void {
  let node = root;
  for (const part of path) {
    const key = String(part);
    const child = node.children.get(key) ?? { isTaken: false, children: new Map() };
    node.children.set(key, child);
    node = child;
  }
  node.isTaken = true;
}

function collect(value: unknown, path: DocumentPath, node: TakenNode): DocumentPath[] {
  if (node.isTaken) return [];
  if (node.children.size === 0 && path.length > 0) return [path];
  const members: [string | number, unknown][] = Array.isArray(value)
    ? value.map((item, index) => [index, item])
    : isPlainObject(value)
      ? Object.entries(value)
      : [];
  return members.flatMap(([key, member]) => {
    const child = node.children.get(String(key));
    return child === undefined ? [[...path, key]] : collect(member, [...path, key], child);
  });
}
