import { createHmac } from "node:crypto";
import { expect, test, vi } from "vitest";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import type { HandleTap, RequestTap } from "../../src/channels/index.ts";
import { createSlackChannel, createSlackWebhookChannel } from "../../src/channels/index.ts";
import {
  APPROVE_TOKEN,
  createOutput,
  createRecordingLogger,
  decided,
  never,
  notice,
  parts,
  REJECT_TOKEN,
  request,
} from "./channel-samples.ts";
import type { FakePlatform, PlatformAnswer, PlatformRequest } from "./fake-platform.ts";
import { openPlatform } from "./fake-platform.ts";

const SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";
const posted: PlatformAnswer = {
  json: { ok: true, channel: "C01", ts: "1503435956.000247", message: { type: "message", text: "x" } },
};

function open(platform: FakePlatform, more: object = {}, around: object = {}) {
  return createSlackChannel(
    {
      name: "team",
      token: "xoxb-1",
      channelId: "C01",
      signingSecret: SIGNING_SECRET,
      baseUrl: `${platform.url}/api`,
      ...more,
    },
    { ...parts, ...around },
  );
}

const methodOf = ({ path }: PlatformRequest) => path.split("/").at(-1);

test("an output is a message in mrkdwn, under the bot's token, to the channel that it was planned for", async () => {
  const platform = await openPlatform(() => posted);
  await open(platform).deliver(createOutput("C99"), never);
  const [sent] = platform.requests;
  expect(sent?.path).toBe("/api/chat.postMessage");
  expect(sent?.headers.authorization).toBe("Bearer xoxb-1");
  expect(sent?.json).toEqual({
    channel: "C99",
    text: "Some *words*",
    unfurl_links: false,
    unfurl_media: false,
  });
});

test("a long output is uploaded as a file, in Slack's three steps", async () => {
  const platform = await openPlatform((incoming): PlatformAnswer => {
    if (methodOf(incoming) === "files.getUploadURLExternal") {
      return { json: { ok: true, upload_url: `${platform.url}/upload/v1/ABC`, file_id: "F123ABC456" } };
    }
    return incoming.path.startsWith("/upload") ? { text: "OK - 30000" } : { json: { ok: true, files: [] } };
  });
  const text = "wörd ".repeat(6000);
  expect(await open(platform).deliver(createOutput("C01", text), never)).toContain("oracle_2026-01-05");
  const [target, upload, complete] = platform.requests;
  const form = new URLSearchParams(target?.body.toString());
  expect(form.get("filename")).toBe("oracle_2026-01-05T07-00-00Z_12345678.md");
  expect(form.get("length")).toBe(String(Buffer.byteLength(text)));
  expect(upload?.body.toString()).toBe(text);
  expect(upload?.headers.authorization).toBeUndefined();
  expect(complete?.json).toMatchObject({ channel_id: "C01", files: [{ id: "F123ABC456" }] });
});

test.each([
  ["not_in_channel", false, "Invite the app"],
  ["token_revoked", false, "install the app again"],
  ["internal_error", true, undefined],
  ["ratelimited", true, undefined],
])("an error that comes with 200, %s, is one; to be tried again: %s", async (error, retryable, hint) => {
  const platform = await openPlatform(() => ({ json: { ok: false, error } }));
  const failure = await open(platform)
    .notify?.(notice, never)
    .catch((thrown: unknown) => thrown);
  expect(failure).toMatchObject({ message: expect.stringContaining(error), details: { retryable } });
  if (hint !== undefined) expect(failure).toMatchObject({ hint: expect.stringContaining(hint) });
});

test("a missing scope is named", async () => {
  const platform = await openPlatform(() => ({
    json: { ok: false, error: "missing_scope", needed: "files:write", provided: "chat:write" },
  }));
  await expect(open(platform).deliver(createOutput("C01", "x ".repeat(9000)), never)).rejects.toMatchObject({
    hint: expect.stringContaining("files:write"),
  });
});

test("a request has buttons, of which approving asks back, and is edited once it is decided", async () => {
  const platform = await openPlatform(() => posted);
  const { requests } = open(platform);
  const reference = await requests?.ask(request, null, never);
  const actions = platform.requests[0]?.json.blocks.find(
    (block: { type: string }) => block.type === "actions",
  );
  expect(actions.elements).toMatchObject([
    {
      type: "button",
      action_id: "hands_decide_approve",
      value: APPROVE_TOKEN,
      style: "primary",
      confirm: { confirm: { text: "Approve" } },
    },
    { type: "button", action_id: "hands_decide_reject", value: REJECT_TOKEN, style: "danger" },
  ]);
  expect(actions.elements[1]).not.toHaveProperty("confirm");
  expect(JSON.stringify(platform.requests[0]?.json.blocks)).toContain("Pay &lt;Acme&gt; &amp; co");
  await requests?.update(reference ?? "", decided, never);
  const edit = platform.requests[1];
  expect(edit?.path).toBe("/api/chat.update");
  expect(edit?.json).toMatchObject({ channel: "C01", ts: "1503435956.000247" });
  expect(JSON.stringify(edit?.json)).toContain("Approved by ann");
  expect(JSON.stringify(edit?.json)).not.toContain('"actions"');
});

test("with nothing that takes taps there are no buttons, only the page", async () => {
  const platform = await openPlatform(() => posted);
  const channel = open(platform, { signingSecret: null });
  await channel.requests?.ask(request, null, never);
  expect(JSON.stringify(platform.requests[0]?.json)).not.toContain(APPROVE_TOKEN);
  expect(JSON.stringify(platform.requests[0]?.json)).toContain(request.pageUrl);
  expect(channel.requests?.listen).toBeUndefined();
  expect(channel.requests?.receive).toBeUndefined();
});

const payload = (responseUrl: string, token = APPROVE_TOKEN) => ({
  type: "block_actions",
  user: { id: "U024BE7LH", username: "ann", name: "ann", team_id: "T1" },
  api_app_id: "A1",
  container: { type: "message", message_ts: "1503435956.000247", channel_id: "C01" },
  response_url: responseUrl,
  actions: [
    { type: "button", action_id: "hands_decide_approve", block_id: "x", value: token, action_ts: "1" },
  ],
});

function sign(body: string, timestampS = Math.floor(Date.now() / 1000), secret = SIGNING_SECRET) {
  const hmac = createHmac("sha256", secret).update(`v0:${timestampS}:${body}`).digest("hex");
  const headers = new Headers({
    "x-slack-request-timestamp": String(timestampS),
    "x-slack-signature": `v0=${hmac}`,
    "content-type": "application/x-www-form-urlencoded",
  });
  return { headers, rawBody: Buffer.from(body) };
}

test("a signed tap is decided, acknowledged, and answered to whoever pressed", async () => {
  const platform = await openPlatform(() => ({ text: "ok" }));
  const { requests } = open(platform);
  const taps: RequestTap[] = [];
  const handle: HandleTap = async (tap) => {
    taps.push(tap);
    return { text: "Approved.", isDecided: true };
  };
  const body = new URLSearchParams({
    payload: JSON.stringify(payload(`${platform.url}/actions/1`)),
  }).toString();
  expect(await requests?.receive?.(sign(body), handle)).toMatchObject({ status: 200, body: null });
  expect(taps).toEqual([{ token: APPROVE_TOKEN, sender: "slack:U024BE7LH", senderName: "ann" }]);
  expect(platform.requests[0]?.path).toBe("/actions/1");
  expect(platform.requests[0]?.json).toEqual({
    response_type: "ephemeral",
    replace_original: false,
    text: "Approved.",
  });
});

test("a wrong signature, an old one, none, and a body that was altered are refused, and nobody is asked", async () => {
  const platform = await openPlatform(() => ({ text: "ok" }));
  const { requests } = open(platform);
  const handle = vi.fn<HandleTap>();
  const body = new URLSearchParams({ payload: JSON.stringify(payload("http://x.example")) }).toString();
  const now = Math.floor(Date.now() / 1000);
  const good = sign(body);
  for (const interaction of [
    sign(body, now, "another secret"),
    sign(body, now - 301),
    sign(body, now + 3600),
    { ...good, rawBody: Buffer.from(body.replace("U024BE7LH", "U024BE7LX")) },
    { ...good, headers: new Headers() },
    {
      ...good,
      headers: new Headers({ "x-slack-request-timestamp": String(now), "x-slack-signature": "v0=" }),
    },
  ]) {
    expect(await requests?.receive?.(interaction, handle)).toMatchObject({ status: 401 });
  }
  expect(handle).not.toHaveBeenCalled();
});

test("a decision that takes long is acknowledged in time all the same", async () => {
  const platform = await openPlatform(() => ({ text: "ok" }));
  const clock = { ...parts.clock, setTimer: (_: number, call: () => void) => parts.clock.setTimer(0, call) };
  const { requests } = open(platform, {}, { clock });
  const slow = Promise.withResolvers<{ text: string; isDecided: boolean }>();
  const body = new URLSearchParams({
    payload: JSON.stringify(payload(`${platform.url}/actions/1`)),
  }).toString();
  expect(await requests?.receive?.(sign(body), () => slow.promise)).toMatchObject({ status: 200 });
  expect(platform.requests).toEqual([]);
  slow.resolve({ text: "Done.", isDecided: true });
  await vi.waitFor(() => expect(platform.requests).toHaveLength(1), { timeout: 20_000 });
});

/** Slack's side of socket mode: each connection is given to the next of the list. */
async function openSockets(...connections: readonly ((socket: WebSocket) => void)[]) {
  const platform = await openPlatform((incoming): PlatformAnswer => {
    if (methodOf(incoming) === "apps.connections.open") {
      return { json: { ok: true, url: `${platform.url.replace("http", "ws")}/link/?ticket=1&app_id=2` } };
    }
    return { text: "ok" };
  });
  const sockets = new WebSocketServer({ server: platform.server });
  const acknowledged: string[] = [];
  const left = [...connections];
  sockets.on("connection", (socket) => {
    socket.on("message", (data) => acknowledged.push(JSON.parse(String(data)).envelope_id));
    socket.send(JSON.stringify({ type: "hello", num_connections: 1, connection_info: { app_id: "A1" } }));
    left.shift()?.(socket);
  });
  return { platform, acknowledged };
}

const envelope = (id: string, url: string, token?: string) =>
  JSON.stringify({
    envelope_id: id,
    type: "interactive",
    accepts_response_payload: true,
    payload: payload(url, token),
  });

test("socket mode: taps are acknowledged at once and handled once, over disconnects and lost connections", async () => {
  const { platform, acknowledged } = await openSockets(
    (socket) => {
      socket.send("nonsense");
      socket.send(envelope("e1", `${platform.url}/actions/1`, "first"));
      socket.send(envelope("e1", `${platform.url}/actions/1`, "first"));
      socket.send(JSON.stringify({ type: "disconnect", reason: "refresh_requested", debug_info: {} }));
    },
    (socket) => socket.terminate(),
    (socket) => socket.send(envelope("e2", `${platform.url}/actions/2`, "second")),
  );
  const logger = createRecordingLogger();
  const clock = { ...parts.clock, sleep: async () => {} };
  const { requests } = open(platform, { appToken: "xapp-1" }, { clock, logger });
  expect(requests?.receive).toBeUndefined();
  const tokens: string[] = [];
  const handle: HandleTap = async ({ token }) => {
    tokens.push(token);
    return { text: "Approved.", isDecided: true };
  };
  const stop = new AbortController();
  const listening = requests?.listen?.(handle, stop.signal);
  await vi.waitFor(() => expect(tokens).toEqual(["first", "second"]), { timeout: 20_000, interval: 5 });
  await vi.waitFor(() => expect(acknowledged).toEqual(["e1", "e1", "e2"]), { timeout: 20_000, interval: 5 });
  stop.abort();
  await listening;
  const opened = platform.requests.filter((sent) => methodOf(sent) === "apps.connections.open");
  expect(opened).toHaveLength(3);
  expect(opened[0]?.headers.authorization).toBe("Bearer xapp-1");
  expect(logger.lines).toHaveLength(1);
});

test("socket mode: a refused token is said, without it, and asked again with growing pauses", async () => {
  const platform = await openPlatform(() => ({ json: { ok: false, error: "invalid_auth" } }));
  const pauses: number[] = [];
  const stop = new AbortController();
  const clock = {
    ...parts.clock,
    sleep: async (delayMs: number) => {
      pauses.push(delayMs);
      if (pauses.length === 3) stop.abort();
    },
  };
  const logger = createRecordingLogger();
  const { requests } = open(platform, { appToken: "xapp-canary" }, { clock, logger });
  await requests?.listen?.(async () => ({ text: "", isDecided: false }), stop.signal);
  expect(pauses).toEqual([1000, 2000, 4000]);
  expect(logger.lines[0]).toContain("invalid_auth");
  expect(logger.lines.join()).not.toContain("xapp-canary");
});

test("a check asks who the bot is, and whether socket mode is on", async () => {
  const platform = await openPlatform(() => ({ json: { ok: true, user: "oracle", team: "Acme", url: "x" } }));
  expect(await open(platform, { appToken: "xapp-1" }).check?.(never)).toBe(
    "oracle of Acme is signed in, and socket mode is on",
  );
  expect(platform.requests.map(methodOf)).toEqual(["auth.test", "apps.connections.open"]);
});

test("a webhook takes outputs, requests without tokens, and says where it cuts", async () => {
  const platform = await openPlatform(() => ({ text: "ok" }));
  const webhook = `${platform.url}/services/T0/B0/abcdefghijkl`;
  const channel = createSlackWebhookChannel({ name: "team", webhook }, parts);
  expect(channel.destination).not.toContain("abcdefghijkl");
  await channel.deliver(createOutput(channel.destination), never);
  expect(platform.requests[0]?.path).toBe("/services/T0/B0/abcdefghijkl");
  expect(platform.requests[0]?.json.text).toBe("Some *words*");
  expect(await channel.requests?.ask(request, null, never)).toBeNull();
  expect(JSON.stringify(platform.requests[1]?.json)).not.toContain(APPROVE_TOKEN);
  expect(JSON.stringify(platform.requests[1]?.json)).toContain(request.pageUrl);
  expect(await channel.deliver(createOutput(channel.destination, "word ".repeat(20_000)), never)).toBe(
    "cut after 10 messages",
  );
  expect(platform.requests.at(-1)?.json.text).toContain("All of it is in execution 01execution");
});

test("a webhook is checked with a message that Slack refuses, and only where it is there", async () => {
  const platform = await openPlatform(() => ({ status: 400, text: "no_text" }));
  const channel = createSlackWebhookChannel({ name: "team", webhook: `${platform.url}/services/x` }, parts);
  expect(await channel.check?.(never)).toBe("the webhook takes messages");
  platform.handle(() => ({ status: 404, text: "no_service" }));
  await expect(channel.check?.(never)).rejects.toMatchObject({
    message: expect.stringContaining("no_service"),
  });
});
