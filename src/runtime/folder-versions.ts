import { hashJson, nextTurn } from "../core/index.ts";
import type { HandConfig } from "../manifest/index.ts";
import { addProjectFiles, readHandFingerprint, readHandSnapshot } from "../manifest/index.ts";

/** Enough digits to tell versions of one hand apart. */
const SHOWN_DIGITS = 12;

/** The versions of the hands of one folder. */
export interface HandsVersions {
  /** Names all of them together. */
  readonly hash: string;
  /** The first digits of each hand's version, by name. */
  readonly byName: Readonly<Record<string, string>>;
}

type Versioned = Pick<HandConfig, "handDir" | "projectToolsDir">;

/** Finds out which version of each hand a folder holds, reading again only what may have changed. */
export class FolderVersions {
  readonly #known = new Map<string, { readonly fingerprint: string; readonly version: string }>();

  async read(hands: readonly (Versioned & Pick<HandConfig, "name">)[]): Promise<HandsVersions> {
    const byName: Record<string, string> = {};
    for (const hand of hands) {
      byName[hand.name] = await this.#readVersion(hand);
      await nextTurn();
    }
    const names = Object.keys(byName).sort();
    return { hash: hashJson(names.map((name) => [name, byName[name] ?? ""])), byName };
  }

  async #readVersion(hand: Versioned): Promise<string> {
    const { handDir } = hand;
    const fingerprint = readHandFingerprint(hand);
    const known = this.#known.get(handDir);
    if (known?.fingerprint === fingerprint) return known.version;
    try {
      const version = (
        await addProjectFiles(await readHandSnapshot(handDir), hand.projectToolsDir)
      ).hash.slice(0, SHOWN_DIGITS);
      this.#known.set(handDir, { fingerprint, version });
      return version;
    } catch {
      // It went away, or is too large to be kept; where hands are listed, that is said.
      return "unreadable";
    }
  }
}
