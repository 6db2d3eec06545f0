import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Nodes } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { repositoryRoot } from "../support/lint-tree.ts";

/** A page of the documentation, by what tests ask of it. */
export interface Page {
  /** From the repository's root, as "docs/gates.md". */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly { readonly language: string; readonly meta: string; readonly text: string }[];
  readonly inlineCodes: readonly string[];
  /** Targets of links and pictures, as they are written. */
  readonly links: readonly string[];
  /** The anchors of its headings. */
  readonly anchors: ReadonlySet<string>;
}

/** Every page that people read: of the root, of docs/ and of the examples. */
export function readPages(): readonly Page[] {
  const listed = (folder: string) =>
    readdirSync(join(repositoryRoot, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name));
  const examples = readdirSync(join(repositoryRoot, "examples/hands"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("README.md"))
    .map((path) => join("examples/hands", path));
  return [...listed("."), ...listed("docs"), ...examples].map(readPage);
}

export function readPage(path: string): Page {
  const text = readFileSync(join(repositoryRoot, path), "utf8");
  const root = fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const nodes = [...walk(root)];
  return {
    path,
    text,
    blocks: nodes.flatMap((node) =>
      node.type === "code" ? [{ language: node.lang ?? "", meta: node.meta ?? "", text: node.value }] : [],
    ),
    inlineCodes: nodes.flatMap((node) => (node.type === "inlineCode" ? [node.value] : [])),
    links: nodes.flatMap((node) =>
      node.type === "link" || node.type === "image" || node.type === "definition" ? [node.url] : [],
    ),
    anchors: nameAnchors(nodes.filter((node) => node.type === "heading").map(readWords)),
  };
}

function* walk(node: Nodes): Generator<Nodes> {
  yield node;
  if ("children" in node) for (const child of node.children) yield* walk(child);
}

function readWords(node: Nodes): string {
  return [...walk(node)].map((part) => ("value" in part ? part.value : "")).join("");
}

/** As GitHub names them: lower case, without punctuation, spaces as hyphens, and a number from the second one on. */
function nameAnchors(headings: readonly string[]): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const heading of headings) {
    const name = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-");
    let anchor = name;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${name}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
