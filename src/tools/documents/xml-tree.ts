import { XMLParser } from "fast-xml-parser";

/** An element, its children in order. */
export interface XmlElement {
  /** With its prefix, as written. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** As `preserveOrder` gives it: one member named after the element, `:@` for its attributes. */
type RawNode = Readonly<Record<string, unknown>>;

/**
 * The elements at the top of an XML text. Entities that the document declares are not expanded: nothing in it can grow, or
 * name a file. Texts have the five of XML itself, and numbered characters.
 */
export function parseXml(xml: string): readonly XmlElement[] {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: "",
    cdataPropName: "#cdata",
    processEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
  });
  return (parser.parse(xml) as readonly RawNode[]).map(toElement).filter((node) => typeof node !== "string");
}

function toElement(node: RawNode): XmlElement | string {
  const name = Object.keys(node).find((key) => key !== ":@") ?? "";
  const value = node[name];
  if (name === "#text") return decodeEntities(String(value));
  if (name === "#cdata") return (value as readonly RawNode[]).map((part) => String(part["#text"])).join("");
  const attributes = Object.entries((node[":@"] ?? {}) as Record<string, string>);
  return {
    name,
    attributes: Object.fromEntries(attributes.map(([key, text]) => [key, decodeEntities(text)])),
    children: (value as readonly RawNode[]).map(toElement),
  };
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const codePoint = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : "\ufffd";
  });
}

/** The first child of one of these names, in the order of the names. */
export function findChild(
  element: XmlElement | undefined,
  ...names: readonly string[]
): XmlElement | undefined {
  for (const name of names) {
    const found = findChildren(element, name)[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The children of a name. */
export function findChildren(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return (element?.children ?? [])
    .filter((child) => typeof child !== "string")
    .filter((child) => child.name === name);
}

/** All text below an element, in order. */
export function textOf(element: XmlElement | undefined): string {
  return (element?.children ?? [])
    .map((child) => (typeof child === "string" ? child : textOf(child)))
    .join("");
}
