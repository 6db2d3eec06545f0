import type { TextDialect } from "../text/text-dialect.ts";

/** Telegram's HTML. Source: https://core.telegram.org/bots/api#html-style */
export const telegramHtml: TextDialect = {
  renderSpan({ text, isBold, isItalic, isStruck, isCode, url }) {
    let written = escapeHtml(isCode === true ? text : silenceNames(text));
    // Code cannot be combined with other styles.
    if (isCode === true) written = `<code>${written}</code>`;
    else {
      if (isStruck === true) written = `<s>${written}</s>`;
      if (isItalic === true) written = `<i>${written}</i>`;
      if (isBold === true) written = `<b>${written}</b>`;
    }
    return url == null ? written : `<a href="${escapeHtml(url)}">${written}</a>`;
  },
  renderQuote: (text) => `<blockquote>${text}</blockquote>`,
  renderCode: (text, language) =>
    language === null
      ? `<pre>${escapeHtml(text)}</pre>`
      : `<pre><code class="language-${escapeHtml(language)}">${escapeHtml(text)}</code></pre>`,
};

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** `@name` would call the person of that name: a joiner without width behind the sign keeps it text. Addresses of e-mail stay as they are. */
function silenceNames(text: string): string {
  return text.replace(/(?<![\w.+-])@(?=[A-Za-z]\w{3})/g, "@\u2060");
}
