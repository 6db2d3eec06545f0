import { request as httpRequest } from "node:http";
import { expect, test } from "vitest";
import { createChannelSet } from "../../src/channels/index.ts";
import { createFakeChannel } from "../messaging/fake-channel.ts";
import { eventually } from "../messaging/messaging-bench.ts";
import { openServerBench, PAYER } from "./server-bench.ts";

const ANN = "email:ann@example.com";

/** A request that was mailed, and telegrammed, by a server that listens. */
async function openAsked() {
  const mail = createFakeChannel({ name: "email", linkRecipients: [ANN] });
  const telegram = createFakeChannel();
  const bench = await openServerBench({
    hands: { payer: PAYER },
    channels: createChannelSet([mail, telegram]),
    config: {
      policy: { deny: [], allowsAutoApprove: true, approvers: [ANN, "telegram:1"] },
      server: { host: "127.0.0.1", port: 0, publicUrl: "https://hands.example.com" },
    },
    server: { publicUrls: ["https://hands.example.com"] },
  });
  const executionId = await bench.runtime.runner.trigger("payer");
  await eventually(() => expect([mail, telegram].map(({ shown }) => shown.length)).toEqual([1, 1]));
  const approvalId = mail.last().items[0]?.approvalId ?? "";
  const readStatus = async () => (await bench.runtime.runner.getApproval(approvalId)).status;
  return { bench, mail, telegram, executionId, approvalId, readStatus };
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const at = (token: string) => `http://127.0.0.1/decide/${token}`;

test("A mail scanner opened the approve link: whatever reads it is shown the request and decides nothing; its POST decides once", async () => {
  const { bench, mail, readStatus, approvalId, executionId } = await openAsked();
  const { server } = bench;
  const token = mail.token("approve");
  await eventually(async () =>
    expect(await bench.get(`/api/approvals/${approvalId}`)).toMatchObject({
      isWithheld: false,
      sentTo: [
        { channel: "email", recipient: ANN, status: "delivered", error: null },
        { channel: "telegram", recipient: null, status: "delivered", error: null },
      ],
    }),
  );
  for (const method of ["GET", "HEAD", "OPTIONS"]) {
    const headers = { "sec-purpose": "prefetch", accept: "application/json", "x-hands-confirm": "yes" };
    await server.request(at(token), { method, headers });
    expect(await readStatus()).toBe("pending");
  }
  const shown = await server.request(at(token), {
    headers: { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
  });
  const page = await shown.text();
  expect(page).toContain("&quot;amount&quot;: 20");
  expect(page).toContain('<button type="submit">Approve</button>');
  expect(page).not.toMatch(/<script|style=|src=/);
  expect(Object.fromEntries(shown.headers)).toMatchObject({
    "content-security-policy": expect.stringContaining("default-src 'none'"),
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
  });
  const empty = await server.request(at(token), { method: "POST" });
  expect(empty.status).toBe(400);
  expect(await readStatus()).toBe("pending");
  // A page with referrer-policy no-referrer sends its form with this Origin.
  const posted = await server.request(at(token), {
    method: "POST",
    headers: { ...FORM, origin: "null", "sec-fetch-site": "same-origin" },
    body: "confirm=yes",
  });
  expect([posted.status, await posted.text()]).toEqual([
    200,
    expect.stringContaining("Approved: pay of payer."),
  ]);
  expect(await bench.runtime.runner.getApproval(approvalId)).toMatchObject({
    status: "approved",
    resolved_by: ANN,
    resolved_via: "email",
  });
  expect(await bench.rest(executionId)).toMatchObject({ outcome: "success" });
  const again = await server.request(at(token), { method: "POST", headers: FORM, body: "confirm=yes" });
  expect(again.status).toBe(409);
  expect(await again.text()).toContain(`approved by ${ANN} through email`);
  await eventually(() => expect(mail.last().items[0]?.outcome?.text).toMatch(/; done$/));
});

test("a link decides only as the one it was sent to, under our own host, and shows what could not be seen; a program's POST is answered in JSON", async () => {
  const { bench, mail, telegram, readStatus, approvalId } = await openAsked();
  const { server, runtime } = bench;
  const form = { method: "POST", headers: FORM, body: "confirm=yes" };
  // Of a channel that knows who presses, a link says nothing about who follows it.
  expect(await (await server.request(at(telegram.token("approve")))).text()).not.toContain("<form");
  expect((await server.request(at(telegram.token("approve")), form)).status).toBe(409);
  const token = mail.token("reject");
  expect((await server.request(`http://evil.example/decide/${token}`, form)).status).toBe(403);
  expect(await readStatus()).toBe("pending");
  await runtime.store.transaction((transaction) =>
    transaction.db
      .updateTable("approval_queue")
      .set({
        context_json: JSON.stringify({ askedAlthough: "<script>alert(1)</script>" }),
        description: "Pay \u202Eeht",
      })
      .where("id", "=", approvalId)
      .execute(),
  );
  const page = await (await server.request(at(token))).text();
  expect(page).toContain("Pay \\u{202E}eht (&lt;script&gt;alert(1)&lt;/script&gt;)");
  expect(page).not.toMatch(/\u202E|<script/);
  const answer = await server.request(at(token), {
    method: "POST",
    headers: { accept: "application/json", origin: "https://ntfy.sh", "sec-fetch-site": "cross-site" },
  });
  expect(await answer.json()).toEqual({ isDecided: true, text: "Rejected: pay of payer." });
  expect(await readStatus()).toBe("rejected");
  const statuses: number[] = [];
  for (let count = 0; count < 22; count += 1) {
    statuses.push((await server.request(at(`guess${count}`))).status);
  }
  expect([statuses[0], statuses.at(-1)]).toEqual([404, 429]);
  expect((await server.request(at(token))).status).toBe(200);
});

test("over a socket: a platform's signed report decides, an unsigned one does not, other names and large bodies are refused", async () => {
  const { bench, telegram, readStatus } = await openAsked();
  const { port } = await bench.server.start();
  const send = (path: string, body: string, headers: Readonly<Record<string, string>>) =>
    new Promise<{ readonly status: number; readonly text: string }>((resolve, reject) => {
      const sent = httpRequest({ host: "127.0.0.1", port, path, method: "POST", headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
        );
      });
      sent.once("error", reject);
      sent.end(body);
    });
  const tap = JSON.stringify({ token: telegram.token("approve"), sender: "telegram:1", senderName: "Ann" });
  expect((await send("/channels/telegram", tap, { "x-fake-signature": "wrong" })).status).toBe(401);
  expect(await readStatus()).toBe("pending");
  expect((await send("/channels/nowhere", tap, { "x-fake-signature": "right" })).status).toBe(404);
  const large = { method: "POST", body: "x".repeat(300_000) };
  expect((await bench.server.request("http://127.0.0.1/channels/telegram", large)).status).toBe(413);
  expect(await send("/channels/telegram", tap, { "x-fake-signature": "right" })).toEqual({
    status: 200,
    text: "Approved: pay of payer.",
  });
  expect(await readStatus()).toBe("approved");
  const late = await send(`/decide/${telegram.token("approve")}`, "", { accept: "application/json" });
  expect(late.status).toBe(409);
});
