import { Readability } from "@mozilla/readability";
import TurndownService from "turndown";
import type { ReadablePage } from "./document-request.ts";
import { addTableRules } from "./markdown-tables.ts";
import type { PageElement } from "./page-element.ts";
import { parsePage } from "./page-element.ts";
import { parseLooseDate } from "./parse-loose-date.ts";

const MAX_ELEMENTS = 50_000;

type ReadabilityDocument = ConstructorParameters<typeof Readability>[0];

/** The article of a page as Markdown, with absolute links; the whole page where no article can be told from the rest. */
export function readPage(html: string, url: string): ReadablePage {
  const document = parsePage(html);
  const elements = document.querySelectorAll("*").length;
  if (elements > MAX_ELEMENTS)
    throw new Error(`it has ${elements} elements, more than the ${MAX_ELEMENTS} that are read`);
  makeLinksAbsolute(document, url);
  const title = document.querySelector("title")?.textContent?.trim() || null;
  const article = new Readability(document as unknown as ReadabilityDocument).parse();
  if (article?.content) {
    return {
      title: article.title?.trim() || title,
      byline: article.byline?.trim() || null,
      publishedAt: parseLooseDate(article.publishedTime ?? ""),
      markdown: toMarkdown(article.content),
    };
  }
  // Readability has taken the document apart.
  const whole = parsePage(html);
  makeLinksAbsolute(whole, url);
  return {
    title,
    byline: null,
    publishedAt: null,
    markdown: toMarkdown(whole.querySelector("body")?.innerHTML ?? html),
  };
}

function makeLinksAbsolute(document: PageElement, url: string): void {
  const base = resolveLink(document.querySelector("base[href]")?.getAttribute("href") ?? "", url) ?? url;
  for (const attribute of ["href", "src"]) {
    for (const element of document.querySelectorAll(`[${attribute}]`)) {
      const link = resolveLink(element.getAttribute(attribute) ?? "", base);
      if (link !== null) element.setAttribute(attribute, link);
    }
  }
}

function resolveLink(link: string, base: string): string | null {
  return URL.canParse(link, base) ? new URL(link, base).href : null;
}

function toMarkdown(html: string): string {
  const service = new TurndownService({
    headingStyle: "atx",
    codeBlockStyle: "fenced",
    bulletListMarker: "-",
  });
  service.remove(["script", "style", "noscript", "iframe", "object", "template"]);
  // An image that is written into its address is no text.
  service.addRule("embeddedImage", {
    filter: (node) => {
      const image = node as unknown as PageElement;
      return image.nodeName === "IMG" && (image.getAttribute("src") ?? "").startsWith("data:");
    },
    replacement: () => "",
  });
  addTableRules(service);
  return service.turndown(html).trim();
}
