import { findNearest } from "../core/index.ts";

const SHORTEST_PREFIX = 4;

/** The known key that was probably meant: in another spelling, cut short, or with a slip of the pen. */
export function suggestKey(written: string, known: readonly string[]): string | undefined {
  const snake = written
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
  if (known.includes(snake)) return snake;
  const longer = snake.length < SHORTEST_PREFIX ? [] : known.filter((key) => key.startsWith(snake));
  const shortest = longer.toSorted((left, right) => left.length - right.length)[0];
  const isOneFamily = shortest !== undefined && longer.every((key) => key.startsWith(shortest));
  return isOneFamily ? shortest : findNearest(snake, known);
}
