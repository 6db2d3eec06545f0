import type { Figures } from "./simulator.ts";

/** What many stories came to together. */
export class Totals {
  #stories = 0;
  readonly #sums = new Map<string, number>();

  add(figures: Figures): void {
    this.#stories += 1;
    for (const [name, figure] of Object.entries(figures))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + figure);
  }

  /** One line of JSON. */
  toString(): string {
    const sums = [...this.#sums].map(([name, sum]) => [name, Math.round(sum * 10) / 10]);
    return JSON.stringify({ stories: this.#stories, ...Object.fromEntries(sums) });
  }
}
