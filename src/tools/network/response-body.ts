import type { IncomingMessage } from "node:http";
import type { TransformCallback } from "node:stream";
import { pipeline, Readable, Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import { HandsError } from "../../core/index.ts";

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** What one answer's body may cost. */
export interface BodyBounds {
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Called once, when the body has ended, failed, or is not wanted any more. */
  readonly onEnd: () => void;
}

/**
 * The decoded body of an answer. It is bounded before decoding and after it, while it streams: the stream fails with
 * `limit_reached` at the byte that is too many, however small the compressed form was.
 *
 * Throws: `tool_failed` for a form of compression that is not known, or more than two of them over one another.
 */
export function decodeBody(
  message: IncomingMessage,
  { maxBytes, signal, onEnd }: BodyBounds,
): ReadableStream<Uint8Array> {
  const decoders = findDecoders(message.headers["content-encoding"]);
  const chain: [Readable, ...Transform[]] = [
    message,
    createCounter(maxBytes),
    ...decoders.map((create) => create()),
  ];
  const last = createCounter(maxBytes);
  pipeline([...chain, last], onEnd);
  // An abort destroys the socket; the reader is told why, and not only that the connection ended.
  signal.addEventListener("abort", () => last.destroy(signal.reason as Error), { once: true });
  return Readable.toWeb(last) as ReadableStream<Uint8Array>;
}

function findDecoders(contentEncoding: string | undefined): readonly (() => Transform)[] {
  const names = (contentEncoding ?? "")
    .toLowerCase()
    .split(",")
    .map((name) => name.trim());
  const encodings = names.filter((name) => name !== "" && name !== "identity");
  // Applied in the order they are listed, so undone from the end. Source: RFC 9110, 8.4.
  return encodings.reverse().map((name) => {
    const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined;
    if (decoder !== undefined && encodings.length <= 2) return decoder;
    throw new HandsError(
      "tool_failed",
      `The answer is compressed as ${JSON.stringify(contentEncoding)}, which is not known`,
    );
  });
}

function createCounter(maxBytes: number): Transform {
  let byteLength = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, callback: TransformCallback) {
      byteLength += chunk.byteLength;
      if (byteLength <= maxBytes) return callback(null, chunk);
      callback(
        new HandsError(
          "limit_reached",
          `The answer is longer than the ${maxBytes} bytes that may be fetched`,
          {
            details: { limit: "network.max_bytes", maxBytes },
          },
        ),
      );
    },
  });
}
