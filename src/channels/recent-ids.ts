const REMEMBERED = 1000;

/** Remembers the last thousand ids, so that what a platform sends twice is handled once. */
export class RecentIds {
  readonly #ids = new Set<string>();

  /** False for an id that was there before. */
  add(id: string): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > REMEMBERED) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
