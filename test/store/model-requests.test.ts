import { expect, test } from "vitest";
import type { ProviderLimits } from "../../src/models/index.ts";
import type { Store } from "../../src/store/index.ts";
import { admitModelRequest, endModelRequest, renewModelRequests } from "../../src/store/index.ts";
import { describeEachStore } from "../support/stores.ts";

const NO_LIMITS: ProviderLimits = { maxConcurrent: null, requestsPerMinute: null, tokensPerMinute: null };

/** A request, and what happens to it; their ids sort as they ask. */
function request(store: Store, id: string, limits: Partial<ProviderLimits>, tokens = 1) {
  const row = { id, provider: "groq", nodeId: `node-of-${id}`, tokens, limits: { ...NO_LIMITS, ...limits } };
  return {
    ask: () => store.transaction((transaction) => admitModelRequest(transaction, row)),
    end: () => store.transaction((transaction) => endModelRequest(transaction, row)),
    renew: () => store.transaction((transaction) => renewModelRequests(transaction, row.nodeId)),
  };
}

/** As if so much time had passed since everything. */
async function age(store: Store, byMs: number): Promise<void> {
  await store.transaction(({ db }) =>
    db
      .updateTable("model_requests")
      .set((builder) => ({
        asked_at: builder("asked_at", "-", byMs),
        started_at: builder("started_at", "-", byMs),
        lease_until: builder("lease_until", "-", byMs),
      }))
      .where("lease_until", ">", 0)
      .execute(),
  );
}

describeEachStore("model requests", (openStore) => {
  test("so many go at once, whoever asks; the next is the one that waits longest, and a place that nobody asks for is lost", async () => {
    const store = await openStore();
    const [a, b, c, d] = ["a", "b", "c", "d"].map((id) => request(store, id, { maxConcurrent: 2 }));
    if (!a || !b || !c || !d) throw new Error("four");
    expect([await a.ask(), await b.ask()]).toEqual([null, null]);
    expect(await c.ask()).toBeGreaterThan(0);
    expect(await d.ask()).toBeGreaterThan(0);
    await a.end();
    expect(await d.ask()).toBeGreaterThan(0);
    expect(await c.ask()).toBeNull();
    await b.end();
    expect(await d.ask()).toBeNull();
    const [e, f] = ["e", "f"].map((id) => request(store, id, { maxConcurrent: 2 }));
    expect(await e?.ask()).toBeGreaterThan(0);
    await c.end();
    await age(store, 6_000);
    expect(await f?.ask()).toBeNull();
  });

  test("what a dead process had under way counts until its lease passes; what a living one says again counts on", async () => {
    const store = await openStore();
    const [dead, living, next, last] = ["a", "b", "c", "d"].map((id) =>
      request(store, id, { maxConcurrent: 2 }),
    );
    expect([await dead?.ask(), await living?.ask()]).toEqual([null, null]);
    await age(store, 14_000);
    expect(await next?.ask()).toBeGreaterThan(0);
    await living?.renew();
    await age(store, 2_000);
    expect(await next?.ask()).toBeNull();
    expect(await last?.ask()).toBeGreaterThan(0);
  });

  test("requests and tokens of the last minute count, also when they are over; one that is larger than the limit goes alone", async () => {
    const store = await openStore();
    const rates = { requestsPerMinute: 3, tokensPerMinute: 100 };
    const [a, b, c, d] = [40, 50, 20, 500].map((tokens, index) => request(store, `r${index}`, rates, tokens));
    expect([await a?.ask(), await b?.ask()]).toEqual([null, null]);
    await a?.end();
    await b?.end();
    expect(await c?.ask()).toBeGreaterThan(0);
    await store.transaction(({ db }) =>
      db.updateTable("model_requests").set({ started_at: 1 }).where("id", "=", "r0").execute(),
    );
    expect(await c?.ask()).toBeNull();
    await c?.end();
    expect(await d?.ask()).toBeGreaterThan(0);
    await store.transaction(({ db }) =>
      db.updateTable("model_requests").set({ started_at: 1 }).where("started_at", "is not", null).execute(),
    );
    expect(await d?.ask()).toBeNull();
    expect((await store.db.selectFrom("model_requests").select("id").execute()).map(({ id }) => id)).toEqual([
      "r3",
    ]);
  });
});
