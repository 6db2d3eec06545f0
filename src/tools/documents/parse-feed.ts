import { truncateUtf8 } from "../truncate-utf8.ts";
import type { Feed, FeedEntry } from "./document-request.ts";
import { parsePage } from "./page-element.ts";
import { parseLooseDate } from "./parse-loose-date.ts";
import type { XmlElement } from "./xml-tree.ts";
import { findChild, findChildren, parseXml, textOf } from "./xml-tree.ts";

const MAX_TITLE_BYTES = 500;
const MAX_SUMMARY_BYTES = 2000;

/**
 * Reads RSS 0.9x and 2.0, RSS 1.0 (RDF) and Atom. Entries keep the feed's order.
 *
 * Throws an error whose message says what the text is instead.
 */
export function parseFeed(
  xml: string,
  { url, limit }: { readonly url: string; readonly limit: number },
): Feed {
  const top = parseXml(xml.replace(/^\uFEFF/, "").trimStart()).filter(({ name }) => !name.startsWith("?"));
  const root = top.find(({ name }) => ["rss", "feed", "rdf:RDF"].includes(name));
  if (root === undefined) {
    const names = top.map(({ name }) => name).join(", ");
    throw new Error(`it is no RSS, Atom or RDF feed${names === "" ? "" : ` (its root is ${names})`}`);
  }
  const channel = root.name === "feed" ? root : findChild(root, "channel");
  const holder = root.name === "rss" ? channel : root;
  const entries = findChildren(holder, root.name === "feed" ? "entry" : "item");
  return {
    title: readText(findChild(channel, "title"), MAX_TITLE_BYTES),
    link: readLink(channel, url),
    entries: entries.slice(0, limit).map((entry) => readEntry(entry, url)),
    total: entries.length,
  };
}

function readEntry(entry: XmlElement, url: string): FeedEntry {
  const link = readLink(entry, url);
  const id = textOf(findChild(entry, "guid", "id")).trim() || entry.attributes["rdf:about"] || link;
  const dates = ["pubDate", "published", "dc:date", "updated"].map((name) => textOf(findChild(entry, name)));
  return {
    id: id ?? null,
    title: readText(findChild(entry, "title"), MAX_TITLE_BYTES),
    link,
    publishedAt: dates.map(parseLooseDate).find((date) => date !== null) ?? null,
    summary: readText(
      findChild(entry, "description", "summary", "content:encoded", "content", "itunes:summary"),
      MAX_SUMMARY_BYTES,
    ),
  };
}

/** Atom has the address in an attribute, RSS in the text; a guid is one unless it says that it is not. */
function readLink(element: XmlElement | undefined, url: string): string | null {
  const links = findChildren(element, "link");
  const atom = links.find(
    ({ attributes }) => (attributes.rel ?? "alternate") === "alternate" && attributes.href,
  );
  const guid = findChildren(element, "guid").find(({ attributes }) => attributes.isPermaLink !== "false");
  const written =
    atom?.attributes.href ?? links.map(textOf).find((text) => text.trim() !== "") ?? textOf(guid);
  const link = written.trim();
  if (link === "" || !URL.canParse(link, url)) return null;
  const { href, protocol } = new URL(link, url);
  return protocol === "http:" || protocol === "https:" ? href : null;
}

/** Atom says whether a text is HTML; in RSS it is, in titles as well as in descriptions, as feeds are written. */
function readText(element: XmlElement | undefined, maxBytes: number): string | null {
  if (element === undefined) return null;
  const written = textOf(element);
  const isHtml = (element.attributes.type ?? "html") === "html" || element.attributes.type === "text/html";
  const text = (isHtml ? htmlToText(written) : written).replace(/\s+/g, " ").trim();
  const cut = truncateUtf8(text, maxBytes);
  if (cut === "") return null;
  return cut.length < text.length ? `${cut}…` : cut;
}

function htmlToText(html: string): string {
  if (!/[<&]/.test(html)) return html;
  const document = parsePage(html);
  for (const element of document.querySelectorAll("script, style")) element.remove();
  // Words of two blocks would otherwise run together.
  for (const element of document.querySelectorAll("p, div, br, li, tr, td, h1, h2, h3, h4"))
    element.after(" ");
  return document.querySelector("body")?.textContent ?? "";
}
