import { hashJson } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { readFolderFingerprint, readHandSnapshot } from "../manifest/index.ts";

/** Enough digits to tell versions of one hand apart. */
const SHOWN_DIGITS = 12;

/** The versions of the hands of one folder. */
export interface HandsVersions {
  /** Names all of them together. */
  readonly hash: string;
  /** The first digits of each hand's version, by name. */
  readonly byName: Readonly<Record<string, string>>;
}

/** Finds out which version of each hand a folder holds, reading again only what may have changed. */
export class FolderVersions {
  readonly #known = new Map<string, { readonly fingerprint: string; readonly version: string }>();

  async read(hands: readonly Pick<HandConfig, "name" | "handDir">[]): Promise<HandsVersions> {
    const byName: Record<string, string> = {};
    for (const { name, handDir } of hands) byName[name] = await this.#readVersion(handDir);
    const names = Object.keys(byName).sort();
    return { hash: hashJson(names.map((name) => [name, byName[name] ?? ""])), byName };
  }

  async #readVersion(handDir: string): Promise<string> {
    const fingerprint = await readFolderFingerprint(handDir);
    const known = this.#known.get(handDir);
    if (known?.fingerprint === fingerprint) return known.version;
    try {
      const version = (await readHandSnapshot(handDir)).hash.slice(0, SHOWN_DIGITS);
      this.#known.set(handDir, { fingerprint, version });
      return version;
    } catch {
      // It went away, or is too large to be kept; where hands are listed, that is said.
      return "unreadable";
    }
  }
}
