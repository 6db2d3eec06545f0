/**
 * Shares what many ask for at once: each answer was read after it was asked for, and while one reading is under way all who ask wait for the
 * one that follows it.
 */
export class FreshReads<T> {
  readonly #read: (key: string) => Promise<T>;
  readonly #running = new Map<string, Promise<T>>();
  readonly #next = new Map<string, Promise<T>>();

  constructor(read: (key: string) => Promise<T>) {
    this.#read = read;
  }

  read(key: string): Promise<T> {
    const running = this.#running.get(key);
    if (running === undefined) return this.#start(key);
    const known = this.#next.get(key);
    if (known !== undefined) return known;
    const start = () => {
      this.#next.delete(key);
      return this.#start(key);
    };
    const next = running.then(start, start);
    this.#next.set(key, next);
    return next;
  }

  #start(key: string): Promise<T> {
    const reading = this.#read(key).finally(() => {
      if (this.#running.get(key) === reading) this.#running.delete(key);
    });
    this.#running.set(key, reading);
    return reading;
  }
}
