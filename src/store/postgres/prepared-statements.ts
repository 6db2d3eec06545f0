import type { CompiledQuery } from "kysely";

/** Every connection keeps each of them with its plan. */
const MOST_STATEMENTS = 1_000;
/** Statements of many rows differ with the number of rows, so each would be one more to keep. */
const MOST_PARAMETERS = 100;

/**
 * Names for the statements of one pool. Under its name the server parses and plans a statement once for each connection, which costs it more
 * than running most of them.
 */
export class PreparedStatements {
  readonly #seen = new Map<string, { name: string | undefined }>();
  #generation = 0;
  #count = 0;

  /** The name of a statement that comes again; undefined the first time, and for one that is not worth keeping. */
  nameOf({ sql, parameters }: Pick<CompiledQuery, "sql" | "parameters">): string | undefined {
    if (parameters.length > MOST_PARAMETERS) return undefined;
    const known = this.#seen.get(sql);
    if (known === undefined) {
      if (this.#seen.size < MOST_STATEMENTS) this.#seen.set(sql, { name: undefined });
      return undefined;
    }
    known.name ??= this.#createName();
    return known.name;
  }

  /** Tables changed under the plans: every statement gets another name, and is planned anew. */
  renew(): void {
    this.#generation += 1;
    this.#seen.clear();
  }

  #createName(): string {
    this.#count += 1;
    return `hands_${this.#generation}_${this.#count}`;
  }
}
