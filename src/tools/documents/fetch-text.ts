import { HandsError } from "../../core/index.ts";
import { truncateUtf8 } from "../truncate-utf8.ts";
import type { ToolContext } from "../types.ts";
import { decodeText } from "./decode-text.ts";

/** A text from outside. */
export interface FetchedText {
  /** After redirects. */
  readonly url: string;
  /** In lower case, without parameters; empty where the server named none. */
  readonly contentType: string;
  readonly text: string;
  /** Was there more than what was read? */
  readonly isTruncated: boolean;
}

/**
 * Gets an address and reads at most so many bytes of it.
 *
 * Throws: what the context's fetch throws; `tool_failed` for a status that is no success (with `details.status`), and for
 * what is no text.
 */
export async function fetchText(
  context: Pick<ToolContext, "fetch" | "signal">,
  url: string,
  { accept, maxBytes }: { readonly accept: string; readonly maxBytes: number },
): Promise<FetchedText> {
  const response = await context.fetch(url, { headers: { accept }, signal: context.signal });
  const header = response.headers.get("content-type") ?? "";
  const contentType = (header.split(";")[0] ?? "").trim().toLowerCase();
  const { bytes, isTruncated } = await readBytes(response, maxBytes);
  const text = isText(contentType) ? decodeText(bytes, header) : null;
  const finalUrl = response.url || url;
  if (!response.ok) throw notSuccessful(finalUrl, response, text);
  if (text === null || text.slice(0, 1024).includes("\0")) throw notText(finalUrl, contentType);
  return { url: finalUrl, contentType, text, isTruncated };
}

async function readBytes(response: Response, maxBytes: number) {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    byteLength += chunk.byteLength;
    if (byteLength > maxBytes) break;
  }
  return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), isTruncated: byteLength > maxBytes };
}

function isText(contentType: string): boolean {
  return (
    contentType === "" || /^text\/|json|xml|javascript|yaml|toml|csv|x-www-form-urlencoded/.test(contentType)
  );
}

function notSuccessful(url: string, { status, statusText }: Response, text: string | null): HandsError {
  const beginning = truncateUtf8((text ?? "").replace(/\s+/g, " ").trim(), 300);
  const message = `${url} answered ${[status, statusText].join(" ").trim()}${beginning === "" ? "" : `: ${beginning}`}`;
  return new HandsError("tool_failed", message, { details: { status, url } });
}

function notText(url: string, contentType: string): HandsError {
  return new HandsError("tool_failed", `${url} is ${contentType || "something"} and not text`, {
    hint: "Pass the address of a page, a feed, or other text.",
  });
}
