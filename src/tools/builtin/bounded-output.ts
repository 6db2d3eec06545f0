/** The beginning and the end of a stream of bytes, in bounded memory. */
export interface BoundedOutput {
  add(chunk: Buffer): void;
  /** As text, with a mark where bytes were left out. */
  toText(): string;
  readonly isTruncated: boolean;
}

/** Keeps at most `maxBytes`: half from the beginning, half from the end. */
export function createBoundedOutput(maxBytes: number): BoundedOutput {
  const half = Math.floor(maxBytes / 2);
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let leftOutBytes = 0;
  return {
    add(chunk) {
      const room = half - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      tail = Buffer.concat([tail, chunk.subarray(Math.max(room, 0))]);
      const excess = tail.length - half;
      if (excess <= 0) return;
      leftOutBytes += excess;
      tail = Buffer.from(tail.subarray(excess));
    },
    toText() {
      if (leftOutBytes === 0) return Buffer.concat([head, tail]).toString("utf8");
      return `${head.toString("utf8")}\n[… ${leftOutBytes} bytes left out …]\n${tail.toString("utf8")}`;
    },
    get isTruncated() {
      return leftOutBytes > 0;
    },
  };
}
