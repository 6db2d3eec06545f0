import { z } from "zod";
import { HandsError } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";
import { decodeText } from "../documents/decode-text.ts";
import type { ToolContext } from "../types.ts";
import { webAddress } from "./web-address.ts";

/** The longest body that is given back, in bytes; more is left out with a mark. */
const MAX_BODY_BYTES = 500_000;

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const headerText = z
  .string()
  .max(8000)
  .regex(/^[^\r\n\0]*$/, "must be one line");

const plainHeaders = z
  .record(z.string().regex(HEADER_NAME), headerText)
  .default({})
  .describe('Headers by name, as in {"accept": "application/json"}.');

const headers = z
  .record(
    z.string().regex(HEADER_NAME),
    z.union([
      headerText,
      z.strictObject({
        secret: z.string().min(1).describe("The name of a secret that the hand's manifest lists."),
        prefix: headerText.default("").describe('What stands before it, as in "Bearer ".'),
      }),
    ]),
  )
  .default({})
  .describe(
    'Headers by name. A secret is named, never written: {"authorization": {"secret": "API_KEY", "prefix": "Bearer "}}.',
  );

type HeaderValue = z.output<typeof headers>[string];

/** Asks a server and changes nothing there: GET or HEAD. Takes no secrets, since nobody is asked. */
export const httpGet = defineTool({
  name: "http_get",
  description:
    "Gets a Web address as it is, with status, headers and body: for APIs. For pages that people read use web_fetch.",
  effect: "read",
  untrusted: true,
  timeoutMs: 70_000,
  input: z.strictObject({
    url: webAddress,
    method: z.enum(["GET", "HEAD"]).default("GET"),
    headers: plainHeaders,
  }),
  execute: ({ url, method, headers: given }, context) =>
    send(context, url, { method, headers: new Headers(given) }),
});

/** Sends any request to a server. */
export const httpRequest = defineTool({
  name: "http_request",
  description:
    "Sends an HTTP request of any method, as to an API, and gives status, headers and body. A status that is no success is a result, not an error.",
  effect: "destructive",
  untrusted: true,
  timeoutMs: 70_000,
  input: z.strictObject({
    url: webAddress,
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]),
    headers,
    body: z.string().max(1_000_000).optional().describe("The text to send, as it is."),
    json: z.unknown().optional().describe("A JSON value to send instead of `body`."),
  }),
  async execute({ url, method, headers: given, body, json }, context) {
    if (body !== undefined && json !== undefined) {
      throw new HandsError("tool_failed", "there is a `body` and a `json`", { hint: "Pass one of them." });
    }
    const sent = new Headers(
      Object.entries(given).map(([name, value]): [string, string] => [name, readValue(name, value, context)]),
    );
    if (json !== undefined && !sent.has("content-type")) sent.set("content-type", "application/json");
    const payload = json === undefined ? body : JSON.stringify(json);
    return await send(context, url, {
      method,
      headers: sent,
      ...(payload === undefined ? {} : { body: payload }),
    });
  },
});

/**
 * A secret goes only where the operator wrote down that the hand goes: whoever writes the page that a model reads could name any
 * address.
 */
function readValue(name: string, value: HeaderValue, context: ToolContext): string {
  if (typeof value === "string") return value;
  const allow = context.ports?.allowedHosts ?? null;
  if (allow === null || allow.some((entry) => entry === "*" || entry.startsWith("*:"))) {
    throw new HandsError("denied", `the header ${name} names a secret, and the hand may reach any host`, {
      hint: "List the hosts that the hand needs in allow of the [network] table of its HAND.toml.",
      details: { rule: "network.allow" },
    });
  }
  const secret = Object.hasOwn(context.secrets, value.secret) ? context.secrets[value.secret] : undefined;
  if (secret !== undefined) return `${value.prefix}${secret}`;
  const known = Object.keys(context.secrets).join(", ") || "none";
  throw new HandsError("tool_failed", `this hand has no secret ${JSON.stringify(value.secret)}`, {
    hint: `Its secrets that have a value: ${known}. They are listed in [secrets] names of its HAND.toml.`,
  });
}

async function send(context: ToolContext, url: string, init: RequestInit) {
  const response = await context.fetch(url, { ...init, signal: context.signal });
  const { bytes, isTruncated } = await readBody(response);
  const type = response.headers.get("content-type") ?? "";
  const isText = !bytes.subarray(0, 1024).includes(0);
  return {
    url: response.url || url,
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: isText ? decodeText(bytes, type) : bytes.toString("base64"),
    ...(isText ? {} : { encoding: "base64" }),
    truncated: isTruncated,
  };
}

async function readBody(response: Response): Promise<{ bytes: Buffer; isTruncated: boolean }> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    byteLength += chunk.byteLength;
    if (byteLength > MAX_BODY_BYTES) break;
  }
  return {
    bytes: Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES),
    isTruncated: byteLength > MAX_BODY_BYTES,
  };
}
