import { expect, test } from "vitest";
import type { Channel } from "../../src/channels/index.ts";
import { createChannelSet } from "../../src/channels/index.ts";
import { systemClock } from "../../src/core/index.ts";
import type { ModelRequest } from "../../src/models/index.ts";
import { createModelProvider } from "../../src/models/index.ts";
import { serve } from "../tools/http-server.ts";
import { openExample } from "./example-bench.ts";
import { keepRecording } from "./keep-recording.ts";

const NO_MODEL = createModelProvider({
  settings: { name: null, baseUrl: null, apiKey: null },
  environment: {},
  clock: systemClock,
});

test("without a model a fire is skipped, and a run by hand says what to write", async () => {
  const bench = await openExample("briefing", { models: NO_MODEL });
  expect(
    await bench.run("briefing", { trigger: "schedule", scheduledFor: bench.store.nowMs() }),
  ).toMatchObject({
    outcome: "skipped",
    reason: "model_not_configured",
    started_at: null,
  });
  expect(await bench.run("briefing")).toMatchObject({
    outcome: "failure",
    error_code: "model_not_configured",
    error: expect.stringContaining("No model is configured"),
  });
});

test("with a model it reads its sources, remembers what it reported, and delivers without a gate", async () => {
  await using server = await serve((_request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<html><body><article><h1>Release 5</h1><p>It has tables now.</p></article></body></html>");
  });
  const asked: ModelRequest[] = [];
  const replies = [
    {
      toolCalls: [
        { name: "memory_get", args: { key: "last_briefing" } },
        { name: "read_skill", args: { name: "source-checking" } },
        { name: "web_fetch", args: { url: `${server.url}/` } },
      ],
    },
    { toolCalls: [{ name: "memory_set", args: { key: "last_briefing", value: [{ title: "Release 5" }] } }] },
    { text: "# Briefing\n\nRelease 5 has tables." },
  ];
  const bench = await openExample("briefing", {
    changes: [["[limits]", '[network]\nallow = ["127.0.0.1"]\n\n[limits]']],
    replies: (request, callNumber) => {
      asked.push(request);
      return replies[callNumber - 1] ?? { text: "" };
    },
  });
  const ended = await bench.run("briefing");
  expect(ended).toMatchObject({ outcome: "success", output: "# Briefing\n\nRelease 5 has tables." });

  const system = asked[0]?.system ?? "";
  expect(system).toContain("You write a morning briefing");
  expect(system).toContain('- topics: ["open source"');
  expect(system).toContain("# How a briefing looks");
  expect(system).toContain("- source-checking: How to decide");
  expect(system).not.toContain("Who would know?");
  expect(asked[0]?.tools.map(({ name }) => name).sort()).toEqual([
    "memory_get",
    "memory_list",
    "memory_set",
    "read_skill",
    "rss_fetch",
    "web_fetch",
  ]);
  const results = JSON.stringify(asked[1]?.messages.at(-1));
  expect(results).toContain("Who would know?");
  expect(results).toContain("It has tables now.");
  expect(await bench.store.db.selectFrom("deliveries").select(["channel", "status"]).execute()).toEqual([
    { channel: "file", status: "delivered" },
  ]);
  expect(await bench.approvals()).toEqual([]);
});

test("a quiet morning delivers nothing", async () => {
  const bench = await openExample("briefing", {
    replies: [{ toolCalls: [{ name: "memory_get", args: { key: "last_briefing" } }] }, { text: "" }],
  });
  const ended = await bench.run("briefing");
  expect(ended).toMatchObject({ outcome: "success", output: "" });
  expect(await bench.store.db.selectFrom("deliveries").select("id").execute()).toEqual([]);
  await keepRecording(bench, ended.id, "quiet-morning");
});

test("once it names a channel, sending the briefing there waits for a human", async () => {
  const sent: string[] = [];
  const news: Channel = {
    name: "news",
    destination: "https://news.example/hook",
    deliver: async ({ payload }) => {
      sent.push(payload);
      return null;
    },
  };
  const bench = await openExample("briefing", {
    channels: createChannelSet([news]),
    changes: [['# channel = "…"', 'channel = "news"']],
    replies: [{ text: "# Briefing" }],
  });
  const waiting = await bench.run("briefing");
  expect(waiting).toMatchObject({ outcome: "approval_pending" });
  const [approval] = await bench.approvals("pending");
  expect(approval).toMatchObject({ action: "broadcast", gates_json: '["broadcast"]' });
  expect(JSON.parse(approval?.args_json ?? "")).toMatchObject({ channel: "news", payload: "# Briefing" });
  expect(sent).toEqual([]);
  await bench.approve(approval?.id ?? "");
  expect(await bench.runner.continueAfterApproval(approval?.id ?? "")).toMatchObject({ outcome: "success" });
  expect(sent).toEqual(["# Briefing"]);
});
