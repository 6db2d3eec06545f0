import type { Nodes, Parents, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import type { ReactNode } from "react";
import { createElement, Fragment, useMemo } from "react";
import { SeenText } from "./seen-text.tsx";

/** Longer texts are shown as they are: a parser's time must not depend on what a model chose to write. */
const LONGEST_TEXT = 200_000;

/**
 * A model's Markdown as elements of this page. No HTML is ever made from it: raw HTML is shown as text, pictures become links, and a
 * link leads out only by `http`, `https` or `mailto`, in a window of its own.
 */
export default function Markdown({ text }: { readonly text: string }) {
  const content = useMemo(
    () =>
      text.length > LONGEST_TEXT
        ? null
        : fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }),
    [text],
  );
  if (content === null) {
    return (
      <pre className="font-mono text-small whitespace-pre-wrap">
        <SeenText text={text} />
      </pre>
    );
  }
  return <div className="prose">{renderChildren(content)}</div>;
}

function renderChildren(parent: Parents): ReactNode {
  // biome-ignore lint/suspicious/noArrayIndexKey: a parsed text has no other names for its parts, and they never move.
  return parent.children.map((child, index) => <Fragment key={index}>{renderNode(child)}</Fragment>);
}

function renderNode(node: RootContent): ReactNode {
  switch (node.type) {
    case "text":
      return <SeenText text={node.value} />;
    case "paragraph":
      return <p>{renderChildren(node)}</p>;
    case "heading":
      return createElement(
        `h${Math.min(6, node.depth + 2)}`,
        { className: node.depth < 2 ? "text-lead" : "" },
        renderChildren(node),
      );
    case "strong":
      return <strong>{renderChildren(node)}</strong>;
    case "emphasis":
      return <em>{renderChildren(node)}</em>;
    case "delete":
      return <del>{renderChildren(node)}</del>;
    case "inlineCode":
      return (
        <code>
          <SeenText text={node.value} />
        </code>
      );
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
        <pre tabIndex={0}>
          <code>
            <SeenText text={node.value} />
          </code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{renderChildren(node)}</blockquote>;
    case "list":
      return node.ordered === true ? (
        <ol start={node.start ?? 1}>{renderChildren(node)}</ol>
      ) : (
        <ul>{renderChildren(node)}</ul>
      );
    case "listItem":
      return (
        <li>
          {node.checked === null || node.checked === undefined ? null : node.checked ? "☑ " : "☐ "}
          {node.spread !== true && node.children.length === 1 && node.children[0]?.type === "paragraph"
            ? renderChildren(node.children[0])
            : renderChildren(node)}
        </li>
      );
    case "thematicBreak":
      return <hr />;
    case "break":
      return <br />;
    case "link":
      return <OutwardLink url={node.url}>{renderChildren(node)}</OutwardLink>;
    case "image":
      return <OutwardLink url={node.url}>{`picture: ${node.alt ?? node.url}`}</OutwardLink>;
    case "table":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard.
        <table tabIndex={0}>
          <thead>
            <tr>{renderCells(node.children[0], "th")}</tr>
          </thead>
          <tbody>
            {node.children.slice(1).map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a parsed text never move.
              <tr key={index}>{renderCells(row, "td")}</tr>
            ))}
          </tbody>
        </table>
      );
    default:
      return renderOther(node);
  }
}

function renderCells(row: Parents | undefined, tag: "th" | "td"): ReactNode {
  return row?.children.map((cell, index) =>
    createElement(tag, { key: index }, "children" in cell ? renderChildren(cell) : null),
  );
}

/** Raw HTML, references, footnotes: their text, as it was written. */
function renderOther(node: Nodes): ReactNode {
  if ("children" in node) return renderChildren(node);
  if ("value" in node) return <SeenText text={node.value} />;
  return null;
}

function OutwardLink({ url, children }: { readonly url: string; readonly children: ReactNode }) {
  if (!/^(https?:|mailto:)/i.test(url)) return children;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener nofollow" data-tip={url}>
      {children}
    </a>
  );
}
