import { AsyncLocalStorage } from "node:async_hooks";
import { HandsError } from "../core/index.ts";

/** Knows which calls come from inside a unit of work of one store. */
export class UnitContext {
  readonly #storage = new AsyncLocalStorage<{ readonly isOpen: boolean }>();

  run<T>(unit: { readonly isOpen: boolean }, work: () => T): T {
    return this.#storage.run(unit, work);
  }

  /**
   * Inside a unit, a transaction would wait for itself and `store.db` would not see the unit's writes.
   * Throws: `internal` there.
   */
  assertOutside(what: string): void {
    if (this.#storage.getStore()?.isOpen !== true) return;
    throw new HandsError("internal", `${what} was used inside a transaction.`, {
      hint: "Use the `db` of the transaction that the work was given.",
    });
  }
}
