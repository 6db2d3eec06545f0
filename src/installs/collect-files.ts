import type { HandFile } from "../manifest/index.ts";
import { assertBytes, assertEntries } from "./package-bounds.ts";
import { foldPath, parseEntryPath, refuseEntry } from "./package-paths.ts";
import type { PackageBounds } from "./types.ts";

/** Takes up the entries of a package, one after the other, and refuses the package as soon as one is wrong. */
export class FileCollector {
  readonly #bounds: PackageBounds;
  readonly #files = new Map<string, HandFile>();
  readonly #folders = new Set<string>();
  #entryCount = 0;
  #byteLength = 0;

  constructor(bounds: PackageBounds) {
    this.#bounds = bounds;
  }

  /** What may still come. */
  get remainingBytes(): number {
    return this.#bounds.bytes - this.#byteLength;
  }

  addFolder(written: string): void {
    this.#countEntry();
    const path = parseEntryPath(written);
    if (path !== "") this.#noteFolders(path, `${path}/`);
  }

  addFile(written: string, content: Buffer): void {
    this.#countEntry();
    const path = parseEntryPath(written);
    this.#byteLength += content.length;
    assertBytes(this.#byteLength, this.#bounds);
    if (path === "" || written.endsWith("/")) throw refuseEntry(written, "a file has no name");
    const key = foldPath(path);
    if (this.#files.has(key) || this.#folders.has(key)) throw refuseEntry(written, "it is there twice");
    this.#noteFolders(path, path);
    this.#files.set(key, { path, content });
  }

  /** Everything, sorted by path. */
  finish(): readonly HandFile[] {
    return [...this.#files.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
  }

  #countEntry(): void {
    this.#entryCount += 1;
    assertEntries(this.#entryCount, this.#bounds);
  }

  /** The folders above a path; for a path with a slash at its end, itself as well. */
  #noteFolders(path: string, within: string): void {
    for (let end = within.indexOf("/"); end !== -1; end = within.indexOf("/", end + 1)) {
      const key = foldPath(within.slice(0, end));
      if (this.#files.has(key)) throw refuseEntry(path, "a folder of it is a file");
      this.#folders.add(key);
    }
  }
}
