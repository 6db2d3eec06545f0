/** Executions that wait for a place in this process: the most urgent first, and of equals the one that came first. */
export class WaitingLine {
  readonly #priorities = new Map<string, number>();
  /** By priority, of which there are few. */
  readonly #lines = new Map<number, Set<string>>();

  get size(): number {
    return this.#priorities.size;
  }

  /** One that waits already keeps its place, but for another priority. */
  add(executionId: string, priority: number): void {
    const before = this.#priorities.get(executionId);
    if (before === priority) return;
    if (before !== undefined) this.#remove(executionId, before);
    this.#priorities.set(executionId, priority);
    const line = this.#lines.get(priority) ?? new Set();
    this.#lines.set(priority, line.add(executionId));
  }

  /** The next one, which waits no more; undefined where none does. */
  take(): string | undefined {
    if (this.#lines.size === 0) return undefined;
    const priority = Math.max(...this.#lines.keys());
    const [executionId] = this.#lines.get(priority) ?? [];
    if (executionId !== undefined) this.#remove(executionId, priority);
    return executionId;
  }

  #remove(executionId: string, priority: number): void {
    this.#priorities.delete(executionId);
    const line = this.#lines.get(priority);
    line?.delete(executionId);
    if (line?.size === 0) this.#lines.delete(priority);
  }
}
