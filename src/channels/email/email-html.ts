import { renderBlocks } from "../text/render-pieces.ts";
import type { TextBlock } from "../text/text-block.ts";
import type { TextDialect } from "../text/text-dialect.ts";

/** HTML of blocks, with every foreign sign escaped: no picture, no script, no style that a text brought along. */
const emailHtml: TextDialect = {
  renderSpan({ text, isBold, isItalic, isStruck, isCode, url }) {
    let written = escapeHtml(text).replaceAll("\n", "<br>");
    if (isCode === true) written = `<code>${written}</code>`;
    if (isStruck === true) written = `<s>${written}</s>`;
    if (isItalic === true) written = `<em>${written}</em>`;
    if (isBold === true) written = `<strong>${written}</strong>`;
    return url == null ? written : `<a href="${escapeHtml(url)}">${written}</a>`;
  },
  renderQuote: (text) => `<blockquote>${text}</blockquote>`,
  renderCode: (text) => `<pre>${escapeHtml(text)}</pre>`,
};

/** Blocks as a page for the HTML part of a mail. */
export function renderEmailPage(blocks: readonly TextBlock[]): string {
  const body = blocks.map((block) => {
    const written = renderBlocks([block], emailHtml);
    return block.kind === "code" || block.isQuote === true ? written : `<p>${written}</p>`;
  });
  return `<!doctype html>\n<html><head><meta charset="utf-8"></head><body>\n${body.join("\n")}\n</body></html>\n`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
