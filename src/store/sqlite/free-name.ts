import { existsSync } from "node:fs";

/** The wanted path, or the first of `PATH-2`, `PATH-3`, … where nothing is yet. */
export function findFreeName(wanted: string): string {
  if (!existsSync(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const name = `${wanted}-${number}`;
    if (!existsSync(name)) return name;
  }
}
