import { HandsError } from "../core/index.ts";
import type { ToolContext } from "../tools/index.ts";
import type { PortRequest, WireRequest, WireResponse } from "./messages.ts";

/** A response of more bytes than this does not cross; the context's own bound is usually lower. */
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/** Does for a tool in a worker what it asks of its context. */
export async function answerPort(
  request: PortRequest,
  context: ToolContext,
  signal: AbortSignal,
): Promise<unknown> {
  switch (request.port) {
    case "memory.get":
      return await context.memory.get(request.key);
    case "memory.set":
      return await context.memory.set(request.key, request.value);
    case "memory.list":
      return await context.memory.list(request.prefix);
    case "checkDatabase":
      return await context.checkDatabase();
    case "readSkill":
      return await context.readSkill(request.skill, request.file);
    case "fetch":
      return await fetchWhole(request.request, context, signal);
  }
}

async function fetchWhole(
  { url, method, headers, body, redirect }: WireRequest,
  context: ToolContext,
  signal: AbortSignal,
): Promise<WireResponse> {
  const response = await context.fetch(url, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body,
    redirect,
    signal: AbortSignal.any([signal, context.signal]),
  });
  return {
    url: response.url,
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
    body: await readBounded(response),
  };
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of response.body ?? []) {
    byteLength += chunk.byteLength;
    if (byteLength > MAX_RESPONSE_BYTES) {
      throw new HandsError(
        "tool_failed",
        `The response of ${response.url} has more than ${MAX_RESPONSE_BYTES} bytes`,
      );
    }
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
