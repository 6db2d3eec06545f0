import { forUpdate } from "../for-update.ts";
import { prepareQuery } from "../prepare-query.ts";
import type { StoreTransaction } from "../store.ts";

/** Keeps a version of a hand from being pruned until the transaction ends; false where there is none. */
export async function lockHandVersion(transaction: StoreTransaction, hash: string): Promise<boolean> {
  return (await selectVersion(transaction, { hash })).rows.length > 0;
}

const selectVersion = prepareQuery((transaction: StoreTransaction, { hash }: { readonly hash: string }) =>
  forUpdate(transaction, transaction.db.selectFrom("hand_versions").select("hash").where("hash", "=", hash)),
);
