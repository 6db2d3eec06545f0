import type { TextDialect } from "./text-dialect.ts";

/** No marks at all; a link's address stands behind its words. */
export const plainDialect: TextDialect = {
  renderSpan: ({ text, url }) => (url == null || url === text ? text : `${text} (${url})`),
  renderQuote: (text) => text.replace(/^/gm, "> "),
  renderCode: (text) => text,
};
