import picocolors from "picocolors";
import { expect, test } from "vitest";
import { readApprovalsJson } from "../../src/cli/execution-record.ts";
import { formatApproval } from "../../src/cli/format-approvals.ts";
import { askInExecution, readRow } from "../approvals/approval-fixture.ts";
import { createFakeChannel, permanent } from "../messaging/fake-channel.ts";
import { eventually, openMemoryStore, startMessaging } from "../messaging/messaging-bench.ts";

test("a request says where it was sent, where it could not be, and whether it was kept from channels", async () => {
  const store = await openMemoryStore();
  const { id } = await askInExecution(store, "e1");
  const slack = createFakeChannel({ name: "slack" });
  slack.failures.push(permanent("token revoked"));
  const mail = createFakeChannel({ name: "email", linkRecipients: ["email:ann@x.org"] });
  await startMessaging(store, { channels: [mail, slack] });
  const out = { isTerminal: false, colors: picocolors.createColors(false), columns: 100, write: () => {} };
  const show = async () => {
    const [approval] = await readApprovalsJson(store, [await readRow(store, id)]);
    if (approval === undefined) throw new Error("there is no request");
    return formatApproval(out, approval, store.nowMs());
  };
  await eventually(async () => {
    expect(await show()).toMatch(/sent +email \(email:ann@x\.org\): \S.*\n/);
    expect(await show()).toMatch(/sent +slack: failed: .*token revoked\n/);
  });
  await store.transaction((transaction) =>
    transaction.db.updateTable("approval_queue").set({ withheld_at: transaction.nowMs }).execute(),
  );
  expect(await show()).toMatch(/sent +to no channel: the hand asks more than max_requests_per_day\n/);
});
