import { expect, test } from "vitest";
import type { ApprovalDetail, ApprovalPage } from "../../src/server/api-types.ts";
import { openServerBench, PAYER } from "./server-bench.ts";

async function openWaiting() {
  const bench = await openServerBench({ hands: { payer: PAYER } });
  const { executionId } = (await bench.post("/api/hands/payer/trigger")).json;
  expect(await bench.rest(executionId)).toEqual({ status: "waiting", outcome: "approval_pending" });
  const page = (await bench.get("/api/approvals")) as ApprovalPage;
  const [approval] = page.items;
  if (approval === undefined) throw new Error("nothing asks");
  return { bench, executionId, approval };
}

test("an approval shows the exact call, why it asks and what happens on no answer", async () => {
  const { bench, approval } = await openWaiting();
  const detail = (await bench.get(`/api/approvals/${approval.id}`)) as ApprovalDetail;
  expect(detail).toMatchObject({
    kind: "approval",
    tool: "pay",
    args: { amount: 20, to: "Shop" },
    because: "gate",
    gates: [{ key: "pay", description: "Pay an invoice" }],
    onNoAnswer: { consequence: "expires", isClockStopped: false },
    isEditable: true,
    isRememberable: true,
    executionStatus: "waiting",
  });
  expect(detail.inputSchema).toMatchObject({ type: "object", properties: { amount: { type: "number" } } });
});

test("edited arguments are what runs, and the record says who decided through what", async () => {
  const { bench, executionId, approval } = await openWaiting();
  const answer = await bench.post(`/api/approvals/${approval.id}/approve`, {
    args: { amount: 5, to: "Shop" },
    note: "less",
    expectedArgsHash: approval.argsHash,
  });
  expect(answer.status).toBe(200);
  expect(answer.json.approval).toMatchObject({
    status: "approved",
    resolvedBy: "token:admin",
    resolvedVia: "api",
    note: "less",
    originalArgs: { amount: 20, to: "Shop" },
  });
  while ((await bench.rest(executionId)).status === "waiting");
  const detail = (await bench.get(`/api/executions/${executionId}`)) as { output: string };
  expect(detail.output).toContain('"paid":5');
  const late = await bench.post(`/api/approvals/${approval.id}/reject`);
  expect([late.status, late.json.error.code]).toEqual([409, "approval_resolved"]);
  expect(late.json.error.message).toContain("token:admin");
  expect(late.json.error.details.approval.status).toBe("approved");
});

test("arguments that do not fit the schema, or are not those that were shown, are refused", async () => {
  const { bench, approval } = await openWaiting();
  const wrong = await bench.post(`/api/approvals/${approval.id}/approve`, { args: { amount: "all" } });
  expect([wrong.status, wrong.json.error.code]).toEqual([422, "tool_arguments"]);
  const stale = await bench.post(`/api/approvals/${approval.id}/approve`, {
    expectedArgsHash: "0".repeat(64),
  });
  expect([stale.status, stale.json.error.code]).toEqual([409, "approval_mismatch"]);
  expect(((await bench.get(`/api/approvals/${approval.id}`)) as ApprovalDetail).status).toBe("pending");
});

test("of many who decide at once exactly one wins", async () => {
  const { bench, approval } = await openWaiting();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      bench.post(`/api/approvals/${approval.id}/${index % 2 === 0 ? "approve" : "reject"}`),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
});

test("a remembered approval is listed as a rule and can be revoked", async () => {
  const { bench, approval } = await openWaiting();
  const answer = await bench.post(`/api/approvals/${approval.id}/approve`, {
    remember: { scope: "hand", args: ["to"] },
  });
  expect(answer.json.ruleId).toBe(approval.id);
  const rules = (await bench.get("/api/rules")) as { items: unknown[] };
  expect(rules.items).toMatchObject([{ tool: "pay", fixedArgs: { to: "Shop" }, allowsOtherArgs: true }]);
  expect((await bench.ask("DELETE", `/api/rules/${approval.id}`)).json.hasChanged).toBe(true);
  expect((await bench.ask("DELETE", `/api/rules/${approval.id}`)).json.hasChanged).toBe(false);
});

test("A mail scanner opened the approve link: whoever only reads an address decides nothing, by POST it is decided", async () => {
  const { bench, approval } = await openWaiting();
  const authorization = `Bearer ${await bench.token("admin")}`;
  const { id } = approval;
  for (const address of ["approve", "reject", "answer", "approve?decision=approve", ""]) {
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      await bench.server.request(`http://127.0.0.1/api/approvals/${id}/${address}`, {
        method,
        headers: { authorization },
      });
      await bench.server.request(`http://127.0.0.1/approvals/${id}/${address}`, {
        method,
        headers: { authorization },
      });
    }
  }
  const { status, executionStatus } = (await bench.get(`/api/approvals/${id}`)) as ApprovalDetail;
  expect([status, executionStatus]).toEqual(["pending", "waiting"]);
  expect((await bench.post(`/api/approvals/${id}/approve`)).status).toBe(200);
});

test("A client's short wait denied the request for good: clients that hang up leave it open to whoever comes later", async () => {
  const { bench, executionId, approval } = await openWaiting();
  const { url } = await bench.server.start();
  const headers = { authorization: `Bearer ${await bench.token("read")}` };
  for (const address of ["events", `approvals/${approval.id}`, `executions/${executionId}`]) {
    const client = new AbortController();
    const answer = fetch(`${url}/api/${address}`, { headers, signal: client.signal });
    if (address === "events") await answer;
    client.abort();
    await answer.catch(() => {});
  }
  const detail = (await bench.get(`/api/approvals/${approval.id}`)) as ApprovalDetail;
  expect([detail.status, detail.executionStatus]).toEqual(["pending", "waiting"]);
  expect((await bench.post(`/api/approvals/${approval.id}/approve`)).status).toBe(200);
});
