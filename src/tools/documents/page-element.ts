import { parseHTML } from "linkedom";

/** What is used here of an element: the compiler knows no browser, and linkedom's own types say little. */
export interface PageElement {
  readonly nodeName: string;
  readonly childNodes: Iterable<PageElement>;
  readonly parentNode: PageElement | null;
  readonly textContent: string | null;
  readonly innerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  after(text: string): void;
  remove(): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): ArrayLike<PageElement> & Iterable<PageElement>;
}

/** The document of an HTML text. A fragment is given the body that linkedom would not make. */
export function parsePage(html: string): PageElement {
  const isWhole = /<(html|body|frameset)[\s>]/i.test(html);
  return parseHTML(isWhole ? html : `<!doctype html><html><body>${html}</body></html>`)
    .document as unknown as PageElement;
}
