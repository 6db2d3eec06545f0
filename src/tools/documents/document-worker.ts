import { parentPort, workerData } from "node:worker_threads";
import { describeError } from "../../core/index.ts";
import type { DocumentAnswer, DocumentRequest, Feed, ReadablePage } from "./document-request.ts";

/** The worker's whole life: it reads one document, answers and ends. Its libraries are loaded here alone. */
async function answer(request: DocumentRequest): Promise<DocumentAnswer> {
  try {
    return { ok: true, value: await read(request) };
  } catch (error) {
    return { ok: false, message: describeError(error) };
  }
}

async function read(request: DocumentRequest): Promise<ReadablePage | Feed> {
  if (request.kind === "feed") {
    const { parseFeed } = await import("./parse-feed.ts");
    return parseFeed(request.xml, { url: request.url, limit: request.limit });
  }
  const { readPage } = await import("./read-page.ts");
  return readPage(request.html, request.url);
}

parentPort?.postMessage(await answer(workerData as DocumentRequest));
