import type { Json } from "../api/types.ts";
import { isMembers } from "./json-schema.ts";

/** One place in which two values are not the same; undefined where there is nothing. */
export interface Difference {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Every place in which two JSON values differ, in the order of the first. */
export function findDifferences(
  before: Json | undefined,
  after: Json | undefined,
  path = "",
): readonly Difference[] {
  if (isSame(before, after)) return [];
  if (isMembers(before) && isMembers(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) =>
      findDifferences(before[name], after[name], path === "" ? name : `${path}.${name}`),
    );
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item: Json, index) =>
      findDifferences(item, after[index] as Json, `${path}[${index}]`),
    );
  }
  return [{ path: path === "" ? "the whole" : path, before, after }];
}

function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (Object.is(a, b)) return true;
  if (isMembers(a) && isMembers(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length && names.every((name) => name in b && isSame(a[name], b[name]))
    );
  }
  return (
    Array.isArray(a) &&
    Array.isArray(b) &&
    a.length === b.length &&
    a.every((item: Json, index) => isSame(item, b[index] as Json))
  );
}
