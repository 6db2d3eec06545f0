import type { TextDialect } from "../text/text-dialect.ts";

/** Discord's Markdown. Source: https://docs.discord.com/developers/reference#message-formatting */
export const discordMarkdown: TextDialect = {
  renderSpan({ text, isBold, isItalic, isStruck, isCode, url }) {
    const [, before = "", core = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
    if (core === "") return text;
    let marked = isCode === true ? quoteCode(core) : escapeMarkdown(core);
    if (url != null && url !== core) marked = `[${marked}](<${url.replaceAll(">", "%3E")}>)`;
    else if (url != null) marked = `<${url.replaceAll(">", "%3E")}>`;
    if (isStruck === true) marked = `~~${marked}~~`;
    if (isItalic === true) marked = `*${marked}*`;
    if (isBold === true) marked = `**${marked}**`;
    return `${before}${marked}${after}`;
  },
  renderQuote: (text) => text.replace(/^/gm, "> "),
  renderCode: (text, language) =>
    `\`\`\`${language === null ? "" : language.replace(/\W/g, "")}\n${text.replaceAll("```", "`\u2060`\u2060`")}\n\`\`\``,
};

/** Every sign that could begin a style, a mention, a heading, a list or a link, and the two names that call everybody. */
function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*_~|<>[\]()#]/g, "\\$&")
    .replace(/^(\s*)([-+])(?=\s)/gm, "$1\\$2")
    .replace(/@(?=everyone|here)/g, "@\u2060");
}

function quoteCode(text: string): string {
  return text.includes("`") ? `\`\` ${text.replaceAll("``", "`\u2060`")} \`\`` : `\`${text}\``;
}
