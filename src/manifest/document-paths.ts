import { isPlainObject } from "../core/index.ts";

/** The way from the top of a document to a key or an element. */
export type DocumentPath = readonly (string | number)[];

/** A path as TOML would write it: `approval_gates.pay.tools[0]`. */
export function formatPath(path: DocumentPath): string {
  let written = "";
  for (const part of path) {
    if (typeof part === "number") written += `[${part}]`;
    else written += (written === "" ? "" : ".") + formatKey(part);
  }
  return written;
}

/** A key as TOML would write it: bare where it may be. */
export function formatKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
}

/** What stands at a path; undefined where nothing does. Only own members are seen. */
export function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const part of path) {
    if (Array.isArray(value)) value = value[Number(part)];
    else if (isPlainObject(value) && Object.hasOwn(value, part)) value = value[String(part)];
    else return undefined;
  }
  return value;
}

/** The table at a path, or an empty one where there is none. */
export function tableAt(document: unknown, path: readonly PropertyKey[]): Readonly<Record<string, unknown>> {
  const value = valueAt(document, path);
  return isPlainObject(value) ? value : {};
}
