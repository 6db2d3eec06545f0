import type { Definition, List, ListItem, Nodes, PhrasingContent, Root, Table } from "mdast";
import type { TextBlock, TextSpan } from "./text-block.ts";
import { paragraph } from "./text-block.ts";

/** Markdown (GitHub's) as blocks. Raw HTML stays text, pictures become links, and a link that leads elsewhere than to the web loses its address. */
export async function parseMarkdown(markdown: string): Promise<readonly TextBlock[]> {
  const [{ fromMarkdown }, { gfmFromMarkdown }, { gfm }] = await Promise.all([
    import("mdast-util-from-markdown"),
    import("mdast-util-gfm"),
    import("micromark-extension-gfm"),
  ]);
  const root = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  return new BlockReader(root).read();
}

/** Of a code's language, which is written as it came. */
const LONGEST_LANGUAGE = 30;

type Style = Omit<TextSpan, "text">;

class BlockReader {
  readonly #root: Root;
  readonly #definitions: ReadonlyMap<string, string>;

  constructor(root: Root) {
    this.#root = root;
    const definitions = root.children.filter((node): node is Definition => node.type === "definition");
    this.#definitions = new Map(definitions.map(({ identifier, url }) => [identifier, url]));
  }

  read(): readonly TextBlock[] {
    return this.#blocks(this.#root.children);
  }

  #blocks(nodes: readonly Nodes[]): readonly TextBlock[] {
    return nodes.flatMap((node) => this.#block(node));
  }

  #block(node: Nodes): readonly TextBlock[] {
    switch (node.type) {
      case "heading":
        return [{ kind: "text", spans: this.#spans(node.children, { isBold: true }) }];
      case "paragraph":
        return [{ kind: "text", spans: this.#spans(node.children, {}) }];
      case "code":
        return [{ kind: "code", text: node.value, language: node.lang?.slice(0, LONGEST_LANGUAGE) ?? null }];
      case "blockquote":
        return this.#blocks(node.children).map((block) =>
          block.kind === "text" ? { ...block, isQuote: true } : block,
        );
      case "list":
        return this.#list(node);
      case "table":
        return [{ kind: "code", text: this.#table(node), language: null }];
      case "thematicBreak":
        return [paragraph("———")];
      case "html":
        return [paragraph(node.value)];
      case "footnoteDefinition":
        return prefix(this.#blocks(node.children), `[${node.identifier}] `);
      default:
        return [];
    }
  }

  #list(list: List): readonly TextBlock[] {
    return list.children.flatMap((item, index) => {
      const mark = list.ordered === true ? `${(list.start ?? 1) + index}. ` : "• ";
      const blocks = prefix(this.#item(item), `${mark}${checkBox(item)}`);
      return blocks.map((block, position) =>
        (index > 0 || position > 0) && !(list.spread === true && position === 0)
          ? { ...block, isTight: true }
          : block,
      );
    });
  }

  /** What stands inside a point moves in under it. */
  #item(item: ListItem): readonly TextBlock[] {
    return item.children.flatMap((child) =>
      child.type === "list"
        ? this.#list(child).map((block) => ({ ...indent(block), isTight: true }))
        : this.#block(child),
    );
  }

  /** In columns, for a font in which every letter has the same width. */
  #table(table: Table): string {
    const rows = table.children.map((row) =>
      row.children.map((cell) =>
        this.#spans(cell.children, {})
          .map(({ text }) => text)
          .join(""),
      ),
    );
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => row[column]?.length ?? 0)),
    );
    const lines = rows.map((row) =>
      widths
        .map((width, column) => (row[column] ?? "").padEnd(width))
        .join("  ")
        .trimEnd(),
    );
    const rule = widths.map((width) => "─".repeat(width)).join("  ");
    return [lines[0] ?? "", rule, ...lines.slice(1)].join("\n");
  }

  #spans(nodes: readonly PhrasingContent[], style: Style): readonly TextSpan[] {
    return nodes.flatMap((node) => this.#span(node, style));
  }

  #span(node: PhrasingContent, style: Style): readonly TextSpan[] {
    switch (node.type) {
      case "text":
      case "html":
        return [{ ...style, text: node.value }];
      case "inlineCode":
        return [{ ...style, text: node.value, isCode: true }];
      case "strong":
        return this.#spans(node.children, { ...style, isBold: true });
      case "emphasis":
        return this.#spans(node.children, { ...style, isItalic: true });
      case "delete":
        return this.#spans(node.children, { ...style, isStruck: true });
      case "link":
        return this.#spans(node.children, { ...style, url: webAddress(node.url) });
      case "linkReference":
        return this.#spans(node.children, {
          ...style,
          url: webAddress(this.#definitions.get(node.identifier)),
        });
      case "image":
        return [{ ...style, text: node.alt || node.url, url: webAddress(node.url) }];
      case "imageReference":
        return [
          {
            ...style,
            text: node.alt || node.identifier,
            url: webAddress(this.#definitions.get(node.identifier)),
          },
        ];
      case "break":
        return [{ ...style, text: "\n" }];
      case "footnoteReference":
        return [{ ...style, text: `[${node.identifier}]` }];
      default:
        return [];
    }
  }
}

function prefix(blocks: readonly TextBlock[], mark: string): readonly TextBlock[] {
  const [first, ...rest] = blocks;
  if (first?.kind !== "text") return [paragraph(mark.trimEnd()), ...blocks];
  return [{ ...first, spans: [{ text: mark }, ...first.spans] }, ...rest];
}

function indent(block: TextBlock): TextBlock {
  return block.kind === "code" ? block : { ...block, spans: [{ text: "    " }, ...block.spans] };
}

function checkBox({ checked }: ListItem): string {
  if (checked == null) return "";
  return checked ? "☑ " : "☐ ";
}

/** Links that open an app, name a person or run a script lead nowhere. */
function webAddress(written: string | undefined): string | null {
  const url = written === undefined ? null : URL.parse(written);
  return url !== null && /^(https?|mailto):$/.test(url.protocol) ? url.href : null;
}
