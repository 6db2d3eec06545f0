import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/client";
import type { JsonObject, JsonValue } from "../../core/index.ts";
import { canonicalJson, isPlainObject, toJsonValue } from "../../core/index.ts";
import { boundResult } from "../bound-result.ts";

/**
 * A server's result as bounded JSON: `text` (its texts, joined), `structured`, and in `content` what is neither. `isError` says that the
 * tool ran and failed: a result to read, not an exception. What a server says twice, for clients
 * of two kinds, is kept once. Of images and sounds only type and size are kept: JSON is no place for them.
 */
export function readResult(result: CallToolResult): JsonValue {
  const blocks = result.content ?? [];
  const text = blocks.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n");
  const others = blocks.filter((block) => block.type !== "text").map(readBlock);
  const structured =
    result.structuredContent === undefined ? undefined : toJsonValue(result.structuredContent);
  const isTextRepeated = structured !== undefined && isSame(text, structured);
  const isStructureRepeated = structured === undefined || isOnly(text, structured);
  return boundResult({
    ...(result.isError === true ? { isError: true } : {}),
    ...(text === "" || isTextRepeated ? {} : { text }),
    ...(isStructureRepeated ? {} : { structured }),
    ...(others.length === 0 ? {} : { content: others }),
  });
}

/** Servers repeat structured content as text, for clients that know no other. */
function isSame(text: string, structured: JsonValue): boolean {
  try {
    return canonicalJson(JSON.parse(text) as JsonValue) === canonicalJson(structured);
  } catch {
    return false;
  }
}

/** Is the structure nothing but that text in a member of some name? */
function isOnly(text: string, structured: JsonValue): boolean {
  if (text === "" || !isPlainObject(structured)) return false;
  const values = Object.values(structured);
  return values.length === 1 && values[0] === text;
}

function readBlock(block: ContentBlock): JsonObject {
  switch (block.type) {
    case "image":
    case "audio":
      return { type: block.type, mimeType: block.mimeType, byteLength: base64Length(block.data) };
    case "resource": {
      const { resource } = block;
      const plain = { type: "resource", uri: resource.uri, mimeType: resource.mimeType ?? null };
      return "text" in resource
        ? { ...plain, text: resource.text }
        : { ...plain, byteLength: base64Length(resource.blob) };
    }
    case "resource_link":
      return {
        type: "resource_link",
        uri: block.uri,
        name: block.name,
        description: block.description ?? null,
        mimeType: block.mimeType ?? null,
      };
    case "text":
      return { type: "text", text: block.text };
  }
}

function base64Length(data: string): number {
  return Buffer.byteLength(data, "base64");
}
