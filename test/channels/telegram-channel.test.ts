import { expect, test, vi } from "vitest";
import type { Channel, HandleTap, RequestTap } from "../../src/channels/index.ts";
import { createTelegramChannel } from "../../src/channels/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import {
  APPROVE_TOKEN,
  createOutput,
  createRecordingLogger,
  decided,
  item,
  never,
  notice,
  parts,
  REJECT_TOKEN,
  request,
} from "./channel-samples.ts";
import type { FakePlatform, PlatformAnswer, PlatformRequest } from "./fake-platform.ts";
import { openPlatform } from "./fake-platform.ts";

const TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr";
const message = { message_id: 77, date: 1, chat: { id: 42, type: "private" }, text: "x" };
const ok = (result: unknown): PlatformAnswer => ({ json: { ok: true, result } });
const unreadable: PlatformAnswer = {
  status: 400,
  json: {
    ok: false,
    error_code: 400,
    description: "Bad Request: can't parse entities: unsupported start tag",
  },
};

function open(platform: FakePlatform, more: Partial<typeof parts> = {}): Channel {
  return createTelegramChannel(
    { name: "tele", token: TOKEN, chatId: "42", baseUrl: platform.url },
    { ...parts, ...more },
  );
}

const methodOf = ({ path }: PlatformRequest) => path.split("/").at(-1);

test("an output is a message in HTML, to the chat that it was planned for", async () => {
  const platform = await openPlatform(() => ok(message));
  await open(platform).deliver(createOutput("99"), never);
  expect(platform.requests).toHaveLength(1);
  const [sent] = platform.requests;
  expect(sent?.path).toBe(`/bot${TOKEN}/sendMessage`);
  expect(sent?.json).toEqual({
    chat_id: "99",
    text: "Some <b>words</b>",
    parse_mode: "HTML",
    link_preview_options: { is_disabled: true },
  });
});

test("an output of a few messages is split, a longer one is sent as a file", async () => {
  const platform = await openPlatform(() => ok(message));
  const channel = open(platform);
  await channel.deliver(createOutput("42", "word ".repeat(2000)), never);
  expect(platform.requests.map(methodOf)).toEqual(["sendMessage", "sendMessage", "sendMessage"]);
  for (const { json } of platform.requests) expect(json.text.length).toBeLessThanOrEqual(4096);
  const long = "wörd ".repeat(5000);
  expect(await channel.deliver(createOutput("42", long), never)).toContain("oracle_2026-01-05");
  const sent = platform.requests.at(-1);
  expect(sent?.path).toContain("sendDocument");
  const form = await new Response(new Uint8Array(sent?.body ?? []), {
    headers: { "content-type": sent?.headers["content-type"] ?? "" },
  }).formData();
  expect(form.get("chat_id")).toBe("42");
  expect(await (form.get("document") as File).text()).toBe(long);
});

test("HTML that Telegram cannot read is sent as plain text instead", async () => {
  const platform = await openPlatform(({ json }) => (json.parse_mode === "HTML" ? unreadable : ok(message)));
  await open(platform).deliver(createOutput("42"), never);
  expect(platform.requests.at(-1)?.json).toMatchObject({ text: "Some words" });
  expect(platform.requests.at(-1)?.json).not.toHaveProperty("parse_mode");
});

test("a notice has its title, its lines and its page, and nothing of it is a tag", async () => {
  const platform = await openPlatform(() => ok(message));
  await open(platform).notify?.(notice, never);
  expect(platform.requests[0]?.json.text).toBe(
    '<b>oracle began to fail</b>\n\nTwice in a row:\n&lt;timeout&gt; &amp; more\n\n<a href="https://hands.example.com/hands/oracle">Open the page</a>',
  );
});

test("a request has a row of buttons, loses it when it is decided, and one that shows it already is no failure", async () => {
  const platform = await openPlatform(() => ok(message));
  const { requests } = open(platform);
  const reference = await requests?.ask(request, null, never);
  const [sent] = platform.requests;
  expect(sent?.json.reply_markup).toEqual({
    inline_keyboard: [
      [
        { text: "✅ Approve", callback_data: APPROVE_TOKEN },
        { text: "❌ Reject", callback_data: REJECT_TOKEN },
      ],
    ],
  });
  expect(sent?.json.text).toContain("Pay &lt;Acme&gt; &amp; co");
  expect(sent?.json.text).toContain("&quot;amount&quot;: 100");
  expect(sent?.json.text).toContain("Expires at 2026-01-06 07:00 UTC.");
  await requests?.update(reference ?? "", decided, never);
  const edit = platform.requests[1];
  expect(edit?.path).toContain("editMessageText");
  expect(edit?.json).toMatchObject({ chat_id: "42", message_id: 77, reply_markup: { inline_keyboard: [] } });
  expect(edit?.json.text).toContain("Approved by ann through telegram");
  platform.handle(() => ({
    status: 400,
    json: { ok: false, error_code: 400, description: "Bad Request: message is not modified" },
  }));
  await requests?.update(reference ?? "", decided, never);
});

test("requests that are too long for one message say that not all is shown", async () => {
  const platform = await openPlatform(() => ok(message));
  const { requests } = open(platform);
  await requests?.ask({ ...request, items: [{ ...item, argumentsText: "<".repeat(5000) }] }, null, never);
  const [sent] = platform.requests;
  expect(sent?.json.text.length).toBeLessThanOrEqual(4096);
  expect(sent?.json.text).toContain("the arguments have 5000 characters");
  await requests?.ask({ ...request, items: Array.from({ length: 40 }, () => item) }, null, never);
  expect(platform.requests[1]?.json.text.length).toBeLessThanOrEqual(4096);
  expect(platform.requests[1]?.json.text).toContain("Not all requests are shown");
});

test("429 says when to try again by its parameters; a group that moved says where to", async () => {
  const platform = await openPlatform(() => ({
    status: 429,
    json: { ok: false, error_code: 429, description: "Too Many Requests", parameters: { retry_after: 35 } },
  }));
  const channel = open(platform);
  await expect(channel.notify?.(notice, never)).rejects.toMatchObject({
    details: { retryable: true, retryAfterMs: 35_000 },
  });
  platform.handle(() => ({
    status: 400,
    json: {
      ok: false,
      description: "Bad Request: group chat was upgraded to a supergroup chat",
      parameters: { migrate_to_chat_id: -1001 },
    },
  }));
  await expect(channel.notify?.(notice, never)).rejects.toMatchObject({
    hint: "Write `chat_id = -1001`.",
    details: { retryable: false },
  });
});

test("a check asks who the bot is and whether it sees the chat, and sends nothing", async () => {
  const platform = await openPlatform(() => ok({ id: 1, is_bot: true, username: "oracle_bot" }));
  expect(await open(platform).check?.(never)).toContain("@oracle_bot");
  expect(platform.requests.map(methodOf)).toEqual(["getMe", "getChat"]);
});

const tap = (updateId: number, token = APPROVE_TOKEN) => ({
  update_id: updateId,
  callback_query: {
    id: `q${updateId}`,
    from: { id: 777, is_bot: false, first_name: "Ann", username: "ann" },
    message,
    chat_instance: "1",
    data: token,
  },
});

/** Answers each request for updates with the next of the list, then holds on. */
function serve(...polls: readonly PlatformAnswer[]) {
  const left = [...polls];
  return (incoming: PlatformRequest): PlatformAnswer =>
    methodOf(incoming) === "getUpdates" ? (left.shift() ?? "hang") : ok(true);
}

async function listen(channel: Channel, handle: HandleTap, until: () => void): Promise<void> {
  const stop = new AbortController();
  const listening = channel.requests?.listen?.(handle, stop.signal);
  await vi.waitFor(until, { timeout: 20_000, interval: 5 });
  stop.abort();
  await listening;
}

test("taps arrive with who pressed, are answered, and the next request names the offset behind them", async () => {
  const platform = await openPlatform(
    serve(ok([tap(10), { update_id: 11, message }]), ok([tap(12, REJECT_TOKEN)])),
  );
  const taps: RequestTap[] = [];
  const handle: HandleTap = async (pressed) => {
    taps.push(pressed);
    return { text: "Approved.", isDecided: true };
  };
  const polls = () => platform.requests.filter((sent) => methodOf(sent) === "getUpdates");
  await listen(open(platform), handle, () => expect(polls()).toHaveLength(3));
  expect(taps).toEqual([
    { token: APPROVE_TOKEN, sender: "telegram:777", senderName: "@ann" },
    { token: REJECT_TOKEN, sender: "telegram:777", senderName: "@ann" },
  ]);
  expect(polls().map(({ json }) => json.offset)).toEqual([undefined, 12, 13]);
  expect(polls()[0]?.json).toMatchObject({ timeout: 50, allowed_updates: ["callback_query"] });
  const answers = platform.requests.filter((sent) => methodOf(sent) === "answerCallbackQuery");
  expect(answers[0]?.json).toEqual({ callback_query_id: "q10", text: "Approved.", show_alert: false });
});

test("an update that comes twice is handled once", async () => {
  const platform = await openPlatform(serve(ok([tap(10), tap(10)]), ok([tap(10)]), ok([])));
  let count = 0;
  const handle: HandleTap = async () => {
    count += 1;
    return { text: "", isDecided: true };
  };
  const polls = () => platform.requests.filter((sent) => methodOf(sent) === "getUpdates");
  await listen(open(platform), handle, () => expect(polls()).toHaveLength(4));
  expect(count).toBe(1);
});

test("a conflict, a broken connection and nonsense are survived with pauses that grow, and said without the token", async () => {
  const conflict: PlatformAnswer = {
    status: 409,
    json: {
      ok: false,
      error_code: 409,
      description:
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    },
  };
  const platform = await openPlatform(serve(conflict, "cut", { text: "<html>" }, ok([tap(10)])));
  const clock = createFakeClock();
  const pauses: number[] = [];
  const impatient = {
    ...parts.clock,
    now: clock.now,
    sleep: async (delayMs: number) => {
      pauses.push(delayMs);
    },
  };
  const logger = createRecordingLogger();
  let count = 0;
  const handle: HandleTap = async () => {
    count += 1;
    return { text: "", isDecided: true };
  };
  await listen(open(platform, { clock: impatient, logger }), handle, () => expect(count).toBe(1));
  expect(pauses).toEqual([1000, 2000, 4000]);
  // Stopping may also call off the small answer to the tap, which is said too.
  expect(logger.lines.filter((line) => line.startsWith("taps cannot arrive"))).toHaveLength(3);
  expect(logger.lines.join("\n")).toContain("each bot can have one listener");
  expect(logger.lines.join("\n")).not.toContain(TOKEN.split(":")[1]);
});

test("a tap that could not be recorded is answered with an alert, and listening goes on", async () => {
  const platform = await openPlatform(serve(ok([tap(10)]), ok([tap(11)])));
  const logger = createRecordingLogger();
  let count = 0;
  const handle: HandleTap = async () => {
    count += 1;
    if (count === 1) throw new Error("the database is locked");
    return { text: "", isDecided: true };
  };
  await listen(open(platform, { logger }), handle, () => expect(count).toBe(2));
  const answer = platform.requests.find((sent) => methodOf(sent) === "answerCallbackQuery");
  expect(answer?.json).toMatchObject({
    text: expect.stringContaining("nothing was decided"),
    show_alert: true,
  });
  expect(logger.lines[0]).toContain("the database is locked");
});
