/** The same values in lists of a length, the last one maybe shorter; takes lists of any length. */
export async function* inChunks<T>(
  lists: AsyncIterable<readonly T[]> | readonly T[],
  length: number,
): AsyncGenerator<readonly T[]> {
  let waiting: T[] = [];
  for await (const list of Array.isArray(lists)
    ? [lists as readonly T[]]
    : (lists as AsyncIterable<readonly T[]>)) {
    waiting.push(...list);
    while (waiting.length >= length) {
      yield waiting.slice(0, length);
      waiting = waiting.slice(length);
    }
  }
  if (waiting.length > 0) yield waiting;
}
