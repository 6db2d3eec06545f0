import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import type { ExecutionPage } from "../../src/server/api-types.ts";
import { ECHO, openServerBench } from "./server-bench.ts";

const SECRET = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
const OTHER = `whsec_${Buffer.from("fedcba9876543210fedcba9876543210").toString("base64")}`;
const HOOKED = { ...ECHO, "HAND.toml": '[hand]\nname = "hooked"\ntrigger = "webhook"\n' };
const environment = { HANDS_WEBHOOK_SECRET_HOOKED: SECRET, HANDS_WEBHOOK_SECRET_ECHO: SECRET };

function sign(id: string, body: string, { secret = SECRET, sentAt = new Date() } = {}) {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(sentAt.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, sentAt, body),
  };
}

async function openHooked() {
  const bench = await openServerBench({ hands: { hooked: HOOKED, echo: ECHO }, server: { environment } });
  const send = (name: string, body: string, headers: Record<string, string>) =>
    bench.ask("POST", `/hooks/${name}`, { token: null, body: JSON.parse(body), headers });
  const count = async () => ((await bench.get("/api/executions")) as ExecutionPage).items.length;
  return { bench, send, count };
}

test("a signed webhook starts its hand with the body as input", async () => {
  const { bench, send } = await openHooked();
  const answer = await send("hooked", '{"order":7}', sign("msg_1", '{"order":7}'));
  expect(answer.status).toBe(202);
  await bench.rest(answer.json.executionId);
  expect(await bench.get(`/api/executions/${answer.json.executionId}`)).toMatchObject({
    trigger: "webhook",
    input: { order: 7 },
    outcome: "success",
  });
});

test("a replayed webhook starts nothing; with another body it is refused", async () => {
  const { send, count } = await openHooked();
  const headers = sign("msg_1", '{"order":7}');
  const first = await send("hooked", '{"order":7}', headers);
  const again = await send("hooked", '{"order":7}', headers);
  expect([again.status, again.json]).toEqual([
    200,
    { executionId: first.json.executionId, isRepeated: true },
  ]);
  const changed = await send("hooked", '{"order":8}', sign("msg_1", '{"order":8}'));
  expect(changed.status).toBe(409);
  expect(await count()).toBe(1);
});

test("many of one webhook at once start its hand once", async () => {
  const { send, count } = await openHooked();
  const headers = sign("msg_9", "{}");
  const answers = await Promise.all(Array.from({ length: 20 }, () => send("hooked", "{}", headers)));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
  expect(await count()).toBe(1);
});

test("what is unsigned, changed, old, signed with another key or for another hand is refused alike", async () => {
  const { send, count } = await openHooked();
  const old = new Date(Date.now() - 6 * 60_000);
  const early = new Date(Date.now() + 6 * 60_000);
  const attempts: [string, string, Record<string, string>][] = [
    ["hooked", "{}", {}],
    ["hooked", '{"amount":9}', sign("a", '{"amount":1}')],
    ["hooked", "{}", sign("b", "{}", { sentAt: old })],
    ["hooked", "{}", sign("c", "{}", { sentAt: early })],
    ["hooked", "{}", sign("d", "{}", { secret: OTHER })],
    ["hooked", "{}", { ...sign("e", "{}"), "webhook-id": "f" }],
    ["echo", "{}", sign("g", "{}")],
    ["nobody", "{}", sign("h", "{}")],
  ];
  const bodies = new Set<string>();
  for (const [name, body, headers] of attempts) {
    const answer = await send(name, body, headers);
    expect([name, answer.status]).toEqual([name, 401]);
    bodies.add(JSON.stringify(answer.json));
  }
  expect(bodies.size).toBe(1);
  expect(await count()).toBe(0);
});

test("two hands whose secrets would have one name get none", async () => {
  const named = (name: string) => ({
    ...ECHO,
    "HAND.toml": `[hand]\nname = "${name}"\ntrigger = "webhook"\n`,
  });
  const bench = await openServerBench({
    hands: { "hooked-a": named("hooked-a"), hooked_a: named("hooked_a") },
    server: { environment: { HANDS_WEBHOOK_SECRET_HOOKED_A: SECRET } },
  });
  for (const name of ["hooked-a", "hooked_a"]) {
    const answer = await bench.ask("POST", `/hooks/${name}`, {
      token: null,
      body: {},
      headers: sign("x", "{}"),
    });
    expect(answer.status).toBe(401);
  }
});
