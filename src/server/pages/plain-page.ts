/**
 * A page of one heading and some paragraphs, or blocks that bring their own elements. All are HTML of the program's own; anybody's words in
 * them have gone through {@link escapeHtml}.
 */
export function renderPage(
  title: string,
  paragraphs: readonly string[],
  { areBlocks = false }: { readonly areBlocks?: boolean } = {},
): string {
  const body = paragraphs.map((paragraph) => (areBlocks ? paragraph : `<p>${paragraph}</p>`)).join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · hands</title>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as the words of a page, whatever stands in it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
