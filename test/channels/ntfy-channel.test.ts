import { expect, test } from "vitest";
import { createNtfyChannel } from "../../src/channels/index.ts";
import { createOutput, decided, item, never, notice, parts, request } from "./channel-samples.ts";
import type { FakePlatform } from "./fake-platform.ts";
import { openPlatform } from "./fake-platform.ts";

const published = {
  json: {
    id: "hwQ2YpKdmg",
    time: 1635528741,
    expires: 1635571941,
    event: "message",
    topic: "alerts",
    message: "x",
  },
};

function open(
  platform: FakePlatform,
  findExecutionUrl: (id: string) => string | null = parts.findExecutionUrl,
) {
  return createNtfyChannel(
    { name: "phone", topic: "alerts", token: "tk_1", baseUrl: platform.url },
    { ...parts, findExecutionUrl },
  );
}

test("an output is published as JSON to the server's root, under an id that is the same at each attempt", async () => {
  const platform = await openPlatform(() => published);
  const channel = open(platform);
  expect(channel.destination).toBe(`${platform.url}/alerts`);
  expect(await channel.deliver(createOutput(channel.destination), never)).toBeNull();
  const [sent] = platform.requests;
  expect([sent?.method, sent?.path, sent?.headers.authorization]).toEqual(["POST", "/", "Bearer tk_1"]);
  expect(sent?.json).toEqual({
    topic: "alerts",
    sequence_id: "01m83hxq0000000012345678",
    title: "oracle",
    message: "Some words",
    click: "https://hands.example.com/executions/01execution",
  });
});

test("a long output is cut to what a notification holds, with where the rest is", async () => {
  const platform = await openPlatform(() => published);
  const channel = open(platform);
  expect(await channel.deliver(createOutput(channel.destination, "wörd ".repeat(3000)), never)).toContain(
    "cut",
  );
  const { message } = platform.requests[0]?.json ?? {};
  expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
  expect(message).toMatch(/all of it: https:\/\/hands\.example\.com\/executions\/01execution$/);
  const unknown = open(platform, () => null);
  await unknown.deliver(createOutput(channel.destination, "wörd ".repeat(3000)), never);
  expect(platform.requests[1]?.json.message).toMatch(/all of it: execution 01execution$/);
});

test("a request has its two decisions and the page, and is replaced once it is decided", async () => {
  const platform = await openPlatform(() => published);
  const { requests } = open(platform);
  expect(requests?.linkRecipients).toEqual(["ntfy:alerts"]);
  const reference = await requests?.ask(request, "ntfy:alerts", never);
  const headers = { "X-Hands-Confirm": "yes", Accept: "application/json" };
  expect(platform.requests[0]?.json).toMatchObject({
    sequence_id: "01message",
    actions: [
      {
        action: "http",
        label: "Approve",
        url: "https://hands.example.com/a",
        method: "POST",
        headers,
        clear: true,
      },
      {
        action: "http",
        label: "Reject",
        url: "https://hands.example.com/r",
        method: "POST",
        headers,
        clear: true,
      },
      { action: "view", label: "Open", url: request.pageUrl },
    ],
  });
  await requests?.update(reference ?? "", decided, never);
  expect(platform.requests[1]?.json).toMatchObject({
    sequence_id: "01message",
    message: expect.stringContaining("Approved by ann"),
    actions: [{ action: "view" }],
  });
});

test("several open requests have the page alone, and without a public address there is no button", async () => {
  const platform = await openPlatform(() => published);
  const { requests } = open(platform);
  await requests?.ask({ ...request, items: [item, item] }, "ntfy:alerts", never);
  expect(platform.requests[0]?.json.actions).toMatchObject([{ action: "view" }]);
  const buttons = item.buttons.map((button) => ({ ...button, url: null }));
  await requests?.ask({ ...request, pageUrl: null, items: [{ ...item, buttons }] }, "ntfy:alerts", never);
  expect(platform.requests[1]?.json.actions).toEqual([]);
});

test("a notice has its kind as a tag", async () => {
  const platform = await openPlatform(() => published);
  await open(platform).notify?.(notice, never);
  expect(platform.requests[0]?.json).toMatchObject({
    title: notice.title,
    message: notice.text,
    tags: ["rotating_light"],
    click: notice.url,
  });
});

test("a refusal says what to do, a check asks for health and for the token", async () => {
  const platform = await openPlatform(() => ({
    status: 403,
    json: {
      code: 40301,
      http: 403,
      error: "forbidden",
      link: "https://ntfy.sh/docs/publish/#authentication",
    },
  }));
  await expect(open(platform).notify?.(notice, never)).rejects.toMatchObject({
    message: expect.stringContaining("forbidden"),
    hint: expect.stringContaining("access token"),
  });
  platform.handle(() => ({ json: { healthy: true, success: true } }));
  expect(await open(platform).check?.(never)).toContain("the token may use the topic");
  expect(platform.requests.slice(1).map(({ path }) => path)).toEqual(["/v1/health", "/alerts/auth"]);
});
