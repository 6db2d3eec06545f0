import { generateKeyPairSync, sign } from "node:crypto";
import { expect, test, vi } from "vitest";
import type { HandleTap, RequestTap } from "../../src/channels/index.ts";
import { createDiscordChannel, createDiscordWebhookChannel } from "../../src/channels/index.ts";
import {
  APPROVE_TOKEN,
  createOutput,
  decided,
  item,
  never,
  notice,
  parts,
  REJECT_TOKEN,
  request,
} from "./channel-samples.ts";
import type { FakePlatform, PlatformRequest } from "./fake-platform.ts";
import { openPlatform } from "./fake-platform.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
/** As the developer portal shows it: the last 32 bytes. */
const PUBLIC_KEY = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
const created = { json: { id: "334385199974967042", channel_id: "99", content: "x" } };

function open(platform: FakePlatform, more: object = {}, around: object = {}) {
  return createDiscordChannel(
    {
      name: "guild",
      token: "bot-token",
      channelId: "99",
      publicKey: PUBLIC_KEY,
      baseUrl: `${platform.url}/api/v10`,
      ...more,
    },
    { ...parts, ...around },
  );
}

async function readForm(sent: PlatformRequest | undefined): Promise<FormData> {
  const headers = { "content-type": sent?.headers["content-type"] ?? "" };
  return await new Response(new Uint8Array(sent?.body ?? []), { headers }).formData();
}

test("an output is a message that calls nobody, under a nonce that is the same at each attempt", async () => {
  const platform = await openPlatform(() => created);
  const channel = open(platform);
  await channel.deliver(createOutput("77"), never);
  await channel.deliver(createOutput("77"), never);
  const [sent, again] = platform.requests;
  expect(sent?.path).toBe("/api/v10/channels/77/messages");
  expect(sent?.headers.authorization).toBe("Bot bot-token");
  expect(sent?.json).toMatchObject({
    content: "Some **words**",
    allowed_mentions: { parse: [] },
    enforce_nonce: true,
  });
  expect(sent?.json.nonce.length).toBeLessThanOrEqual(25);
  expect(again?.json.nonce).toBe(sent?.json.nonce);
});

test("a long output is a file beside the message", async () => {
  const platform = await openPlatform(() => created);
  const text = "wörd ".repeat(3000);
  expect(await open(platform).deliver(createOutput("99", text), never)).toContain("oracle_2026-01-05");
  const form = await readForm(platform.requests[0]);
  expect(JSON.parse(String(form.get("payload_json")))).toMatchObject({
    attachments: [{ id: 0, filename: "oracle_2026-01-05T07-00-00Z_12345678.md" }],
    allowed_mentions: { parse: [] },
  });
  expect(await (form.get("files[0]") as File).text()).toBe(text);
});

test("an output of a few messages is split", async () => {
  const platform = await openPlatform(() => created);
  await open(platform).deliver(createOutput("99", "word ".repeat(1000)), never);
  expect(platform.requests).toHaveLength(3);
  for (const { json } of platform.requests) expect(json.content.length).toBeLessThanOrEqual(2000);
  expect(new Set(platform.requests.map(({ json }) => json.nonce)).size).toBe(3);
});

test("a request has a row of buttons, and loses it when it is decided", async () => {
  const platform = await openPlatform(() => created);
  const { requests } = open(platform);
  const reference = await requests?.ask(request, null, never);
  const [sent] = platform.requests;
  expect(sent?.json.components).toEqual([
    {
      type: 1,
      components: [
        { type: 2, style: 3, label: "Approve", custom_id: APPROVE_TOKEN },
        { type: 2, style: 4, label: "Reject", custom_id: REJECT_TOKEN },
      ],
    },
  ]);
  expect(sent?.json.embeds[0].description).toContain("send\\_payment");
  await requests?.update(reference ?? "", decided, never);
  const edit = platform.requests[1];
  expect([edit?.method, edit?.path]).toEqual(["PATCH", "/api/v10/channels/99/messages/334385199974967042"]);
  expect(edit?.json.components).toEqual([]);
  expect(edit?.json.embeds[0].description).toContain("Approved by ann");
});

test("ten requests have their buttons in five rows, more are at the page alone", async () => {
  const platform = await openPlatform(() => created);
  await open(platform).requests?.ask(
    { ...request, items: Array.from({ length: 12 }, () => item) },
    null,
    never,
  );
  const rows = platform.requests[0]?.json.components as { components: { label: string }[] }[];
  expect(rows).toHaveLength(5);
  expect(rows[4]?.components.map(({ label }) => label)).toEqual([
    "9. Approve",
    "9. Reject",
    "10. Approve",
    "10. Reject",
  ]);
});

test("without a public key there are no buttons and nothing is received", async () => {
  const platform = await openPlatform(() => created);
  const { requests } = open(platform, { publicKey: null });
  await requests?.ask(request, null, never);
  expect(platform.requests[0]?.json.components).toEqual([]);
  expect(JSON.stringify(platform.requests[0]?.json)).not.toContain(APPROVE_TOKEN);
  expect(requests?.receive).toBeUndefined();
});

test("429 says when to try again in its body", async () => {
  const platform = await openPlatform(() => ({
    status: 429,
    json: { message: "You are being rate limited.", retry_after: 64.57, global: false },
  }));
  await expect(open(platform).notify?.(notice, never)).rejects.toMatchObject({
    details: { retryable: true, retryAfterMs: 64_570 },
  });
});

function signed(body: object, timestampS = Math.floor(Date.now() / 1000), key = privateKey) {
  const rawBody = Buffer.from(JSON.stringify(body));
  const signature = sign(null, Buffer.concat([Buffer.from(String(timestampS)), rawBody]), key);
  const headers = new Headers({
    "x-signature-ed25519": signature.toString("hex"),
    "x-signature-timestamp": String(timestampS),
  });
  return { headers, rawBody };
}

const pressed = {
  type: 3,
  id: "1",
  application_id: "555",
  token: "follow-up",
  data: { component_type: 2, custom_id: APPROVE_TOKEN },
  member: { user: { id: "80351110224678912", username: "ann", global_name: "Ann" } },
  message: { id: "334385199974967042" },
};

test("a PING is answered with a PONG", async () => {
  const platform = await openPlatform(() => created);
  const answer = await open(platform).requests?.receive?.(signed({ type: 1 }), vi.fn<HandleTap>());
  expect(answer).toEqual({ status: 200, body: '{"type":1}', contentType: "application/json" });
});

test("a signed tap is decided, and answered to whoever pressed, in a server and in a private chat", async () => {
  const platform = await openPlatform(() => created);
  const taps: RequestTap[] = [];
  const handle: HandleTap = async (tap) => {
    taps.push(tap);
    return { text: "Approved @everyone.", isDecided: true };
  };
  const { requests } = open(platform);
  const answer = await requests?.receive?.(signed(pressed), handle);
  expect(JSON.parse(answer?.body ?? "")).toEqual({
    type: 4,
    data: { content: "Approved @everyone.", flags: 64, allowed_mentions: { parse: [] } },
  });
  const { member, ...rest } = pressed;
  await requests?.receive?.(signed({ ...rest, user: member.user }), handle);
  const tap = { token: APPROVE_TOKEN, sender: "discord:80351110224678912", senderName: "Ann" };
  expect(taps).toEqual([tap, tap]);
});

test("a decision that takes long is answered in time, and its outcome follows", async () => {
  const platform = await openPlatform(() => created);
  const clock = { ...parts.clock, setTimer: (_: number, call: () => void) => parts.clock.setTimer(0, call) };
  const slow = Promise.withResolvers<{ text: string; isDecided: boolean }>();
  const answer = await open(platform, {}, { clock }).requests?.receive?.(signed(pressed), () => slow.promise);
  expect(JSON.parse(answer?.body ?? "")).toEqual({ type: 5, data: { flags: 64 } });
  slow.resolve({ text: "Done.", isDecided: true });
  await vi.waitFor(() => expect(platform.requests).toHaveLength(1), { timeout: 20_000 });
  expect(platform.requests[0]?.path).toBe("/api/v10/webhooks/555/follow-up/messages/@original");
  expect(platform.requests[0]?.json.content).toBe("Done.");
});

test("a wrong signature, an old one, none, and a body that was altered are refused, and nobody is asked", async () => {
  const platform = await openPlatform(() => created);
  const { requests } = open(platform);
  const handle = vi.fn<HandleTap>();
  const now = Math.floor(Date.now() / 1000);
  const other = generateKeyPairSync("ed25519").privateKey;
  const good = signed(pressed);
  for (const interaction of [
    signed(pressed, now, other),
    signed(pressed, now - 301),
    {
      ...good,
      rawBody: Buffer.from(good.rawBody.toString().replace("80351110224678912", "80351110224678913")),
    },
    { ...good, headers: new Headers() },
    { ...good, headers: new Headers({ "x-signature-timestamp": String(now), "x-signature-ed25519": "00" }) },
  ]) {
    expect(await requests?.receive?.(interaction, handle)).toMatchObject({ status: 401 });
  }
  expect(handle).not.toHaveBeenCalled();
});

test("a webhook takes outputs and requests with a link in place of buttons, and edits what it sent", async () => {
  const platform = await openPlatform(() => created);
  const webhook = `${platform.url}/api/webhooks/1/abcdefghijkl`;
  const channel = createDiscordWebhookChannel({ name: "guild", webhook }, parts);
  expect(channel.destination).not.toContain("abcdefghijkl");
  await channel.deliver(createOutput(channel.destination), never);
  expect(platform.requests[0]?.path).toBe("/api/webhooks/1/abcdefghijkl?wait=true");
  expect(platform.requests[0]?.json).not.toHaveProperty("nonce");
  const reference = await channel.requests?.ask(request, null, never);
  const asked = JSON.stringify(platform.requests[1]?.json);
  expect(asked).not.toContain(APPROVE_TOKEN);
  expect(asked).not.toContain("components");
  expect(asked).toContain(request.pageUrl);
  await channel.requests?.update(reference ?? "", decided, never);
  expect(platform.requests[2]?.path).toBe("/api/webhooks/1/abcdefghijkl/messages/334385199974967042");
});

test("checks ask, and send nothing", async () => {
  const platform = await openPlatform(() => ({ json: { id: "1", username: "oracle", name: "news" } }));
  expect(await open(platform).check?.(never)).toBe("the bot oracle can see the channel news");
  const channel = createDiscordWebhookChannel(
    { name: "g", webhook: `${platform.url}/api/webhooks/1/x` },
    parts,
  );
  expect(await channel.check?.(never)).toBe("the webhook news is there");
  expect(platform.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /api/v10/users/@me",
    "GET /api/v10/channels/99",
    "GET /api/webhooks/1/x",
  ]);
});
