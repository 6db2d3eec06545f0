import type { TextDialect } from "../text/text-dialect.ts";

/** Slack's mrkdwn. Source: https://docs.slack.dev/messaging/formatting-message-text */
export const slackMrkdwn: TextDialect = {
  renderSpan({ text, isBold, isItalic, isStruck, isCode, url }) {
    const written = escapeMrkdwn(isCode === true ? text : silenceNames(text));
    // Marks count only directly around words, and a mark on an empty line breaks the paragraph.
    const [, before = "", core = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(written) ?? [];
    if (core === "") return written;
    let marked = url == null ? core : `<${escapeMrkdwn(url).replaceAll("|", "%7C")}|${core}>`;
    if (isCode === true) marked = `\`${marked}\``;
    if (isStruck === true) marked = `~${marked}~`;
    if (isItalic === true) marked = `_${marked}_`;
    if (isBold === true) marked = `*${marked}*`;
    return `${before}${marked}${after}`;
  },
  renderQuote: (text) => text.replace(/^/gm, "> "),
  // Three backticks inside would end the code: joiners without width keep them apart.
  renderCode: (text) => `\`\`\`\n${escapeMrkdwn(text).replaceAll("```", "`\u2060`\u2060`")}\n\`\`\``,
};

/** With these three gone no `<!channel>`, `<@person>` or `<address>` is left to be read as one. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Slack calls nobody for these names in a text; where a workspace's client would, a joiner without width keeps them apart. */
function silenceNames(text: string): string {
  return text.replace(/@(?=channel|everyone|here)/g, "@\u2060");
}
