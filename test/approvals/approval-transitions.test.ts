import { expect, test } from "vitest";
import { APPROVAL_TRANSITIONS, mayResolve } from "../../src/approvals/index.ts";
import { resolveApproval } from "../../src/approvals/resolve-approval.ts";
import { APPROVAL_KINDS, APPROVAL_STATUSES } from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";
import { ask, askUnknown, readRow } from "./approval-fixture.ts";

describeEachStore("the ways of a request", (openStore) => {
  test.each(APPROVAL_STATUSES)("from %s it goes where the table says and nowhere else", async (from) => {
    const store = await openStore();
    let tried = 0;
    for (const kind of APPROVAL_KINDS) {
      for (const to of APPROVAL_STATUSES) {
        if (to === "pending") continue;
        const asked = kind === "unknown" ? await askUnknown(store, `${kind}-${to}`) : await ask(store);
        await store.transaction((transaction) =>
          transaction.db
            .updateTable("approval_queue")
            .set({ status: from })
            .where("id", "=", asked.id)
            .execute(),
        );
        const resolution = {
          status: to,
          by: "test",
          via: "test",
          note: null,
          condition: { openAt: null },
        } as const;
        const moved = await store
          .transaction((transaction) => resolveApproval(transaction, asked, resolution, null))
          .catch(() => null);
        const isAllowed = mayResolve(kind, from, to);
        expect([kind, from, to, moved !== null]).toEqual([kind, from, to, isAllowed]);
        expect((await readRow(store, asked.id)).status).toBe(isAllowed ? to : from);
        tried += 1;
      }
    }
    expect(tried).toBe(APPROVAL_KINDS.length * (APPROVAL_STATUSES.length - 1));
  });
});

test("only what is pending goes anywhere", () => {
  const open = APPROVAL_STATUSES.filter((status) => APPROVAL_TRANSITIONS[status].length > 0);
  expect(open).toEqual(["pending"]);
});
