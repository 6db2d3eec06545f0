import type { Store } from "../../src/store/index.ts";

/** Called before each transaction of the store begins, with its number from 1; what it throws fails that transaction. */
export type BeforeTransaction = (transactionNumber: number) => Promise<void> | void;

/** The same store, with a hand between the statements of whoever uses it: what a scheduler of the machine may do at its worst. */
export function interceptStore(store: Store, before: BeforeTransaction): Store {
  let count = 0;
  return {
    capabilities: store.capabilities,
    ids: store.ids,
    db: store.db,
    nowMs: () => store.nowMs(),
    async transaction(work) {
      count += 1;
      await before(count);
      return await store.transaction(work);
    },
    onChange: (listener) => store.onChange(listener),
    backup: (path) => store.backup(path),
    close: () => store.close(),
  };
}
