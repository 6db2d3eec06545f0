import { plainDialect as plain } from "./plain-dialect.ts";
import { findCut } from "./split-text.ts";
import type { TextBlock } from "./text-block.ts";
import { cutBlock, measureBlock } from "./text-block.ts";
import type { TextDialect } from "./text-dialect.ts";

/** A block as a platform writes it. */
export function renderBlock(block: TextBlock, dialect: TextDialect): string {
  if (block.kind === "code") return dialect.renderCode(block.text, block.language);
  const spans = block.spans.filter((span) => span.text !== "");
  const text = spans.map((span) => dialect.renderSpan(span)).join("");
  return block.isQuote === true ? dialect.renderQuote(text) : text;
}

/** Blocks as one text. */
export function renderBlocks(blocks: readonly TextBlock[], dialect: TextDialect): string {
  return blocks.reduce((text, block) => join(text, block, renderBlock(block, dialect)), "");
}

/**
 * Blocks in groups, each of which is at most `limit` UTF-16 units long as it is written. Blocks stay whole where they can; one that is too
 * long is cut into blocks of its own kind, so that code stays fenced and every tag is closed.
 */
export function groupBlocks(
  blocks: readonly TextBlock[],
  dialect: TextDialect,
  limit: number,
): readonly (readonly TextBlock[])[] {
  const groups: TextBlock[][] = [];
  let group: TextBlock[] = [];
  let text = "";
  for (const block of blocks.flatMap((whole) => cutToFit(whole, dialect, limit))) {
    const rendered = renderBlock(block, dialect);
    const joined = join(text, block, rendered);
    if (joined.length <= limit) {
      group.push(block);
      text = joined;
      continue;
    }
    groups.push(group);
    group = [block];
    text = rendered;
  }
  return [...groups, group].filter((parts) => parts.some((block) => renderBlock(block, plain).trim() !== ""));
}

/** The groups of {@link groupBlocks} as they are written. */
export function renderPieces(
  blocks: readonly TextBlock[],
  dialect: TextDialect,
  limit: number,
): readonly string[] {
  return groupBlocks(blocks, dialect, limit).map((group) => renderBlocks(group, dialect));
}

function join(text: string, block: TextBlock, rendered: string): string {
  if (text === "") return rendered;
  return `${text}${block.isTight === true ? "\n" : "\n\n"}${rendered}`;
}

/** A block in parts, each of which fits. */
function cutToFit(block: TextBlock, dialect: TextDialect, limit: number): readonly TextBlock[] {
  const parts: TextBlock[] = [];
  let rest = withoutLongAddresses(block, dialect, limit);
  // What is longer than the limit before it is written needs no writing to see that.
  while (measureBlock(rest) > Math.max(2, limit) || renderBlock(rest, dialect).length > limit) {
    if (measureBlock(rest) <= 2) break;
    const at = findFittingCut(rest, dialect, limit);
    const [head, tail] = cutBlock(rest, at);
    if (measureBlock(tail) === 0) break;
    parts.push(head);
    rest = tail;
  }
  return [...parts, rest];
}

/** A link whose address alone would fill a message keeps its words only. */
function withoutLongAddresses(block: TextBlock, dialect: TextDialect, limit: number): TextBlock {
  if (block.kind === "code") return block;
  const spans = block.spans.map((span) =>
    span.url != null && dialect.renderSpan({ ...span, text: "x" }).length > limit / 3
      ? { ...span, url: null }
      : span,
  );
  return { ...block, spans };
}

/** The longest beginning whose written form fits, then back to the end of a line or word. At least one character. */
function findFittingCut(block: TextBlock, dialect: TextDialect, limit: number): number {
  let low = 1;
  let high = Math.min(limit, measureBlock(block) - 1);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [head] = cutBlock(block, middle);
    if (renderBlock(head, dialect).length <= limit) low = middle;
    else high = middle - 1;
  }
  const [near] = cutBlock(block, Math.max(2, low) + 1);
  const text = near.kind === "code" ? near.text : near.spans.map((span) => span.text).join("");
  return findCut(text, Math.max(2, low));
}
