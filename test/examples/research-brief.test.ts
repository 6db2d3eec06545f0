import { expect, test } from "vitest";
import type { Channel } from "../../src/channels/index.ts";
import { createChannelSet } from "../../src/channels/index.ts";
import { systemClock, systemRandom } from "../../src/core/index.ts";
import type { CallableTool } from "../../src/tools/index.ts";
import { createBuiltinTools } from "../../src/tools/index.ts";
import type { ExampleOptions } from "./example-bench.ts";
import { openExample } from "./example-bench.ts";
import { keepRecording } from "./keep-recording.ts";

const PAGES: Readonly<Record<string, string>> = {
  "https://standards.example.org/retention":
    "Section 4: records are kept for 30 days. Version of March 2026.",
  "https://blog.example.com/retention": "Everybody keeps records for a month or so.",
};

const BRIEF = `# How long must access records be kept?

30 days: **sure**.

## What decides it

- [Section 4 of the standard](https://standards.example.org/retention) says 30 days, in its version of March 2026.

## What speaks against it

- [An article](https://blog.example.com/retention) says "a month or so", and names no origin.

## Not answered

- Whether your own contracts ask for more. Whoever signed them can say.`;

const question = "How long must access records be kept?";

/** The built-in tools, with a Web of two pages. */
function createTools(): readonly CallableTool[] {
  const tools = createBuiltinTools({
    programVersion: "test",
    clock: systemClock,
    random: systemRandom,
    environment: {},
  });
  return tools.map((tool) =>
    tool.descriptor.name !== "web_fetch"
      ? tool
      : {
          ...tool,
          async execute({ url }) {
            const text = PAGES[String(url)];
            if (text === undefined) throw new Error(`${url} answered with status 404`);
            return { url: String(url), text };
          },
        },
  );
}

const replies = [
  { toolCalls: [{ name: "memory_get", args: { key: "briefs" } }] },
  {
    toolCalls: [
      { name: "web_fetch", args: { url: "https://standards.example.org/retention" } },
      { name: "web_fetch", args: { url: "https://blog.example.com/retention" } },
      { name: "web_fetch", args: { url: "https://gone.example.org/" } },
    ],
  },
  { toolCalls: [{ name: "read_skill", args: { name: "weighing-evidence" } }] },
  {
    toolCalls: [
      {
        name: "memory_set",
        args: { key: "briefs", value: [{ question, answer: "30 days", date: "2026-04-01" }] },
      },
    ],
  },
  { text: BRIEF },
];

const openBrief = (options: ExampleOptions = {}) =>
  openExample("research-brief", { replies, tools: createTools(), ...options });

test("it reads pages, goes on without one that failed, weighs them, and answers with its sources", async () => {
  const bench = await openBrief();
  const ended = await bench.run("research-brief", { input: { question } });
  expect(ended).toMatchObject({ outcome: "success", output: BRIEF });
  const asked = bench.model.requests.map((request) => JSON.stringify(request.messages));
  expect(asked[0]).toContain(question);
  expect(asked[2]).toContain("records are kept for 30 days");
  expect(asked[2]).toContain("status 404");
  expect(asked[3]).toContain("Find the common origin");
  expect(await bench.deliveries(ended.id)).toMatchObject([{ channel: "file", status: "delivered" }]);
  await keepRecording(bench, ended.id, "retention");
});

test("once it names a channel the brief waits: rejected it is not sent, approved it is", async () => {
  for (const kind of ["reject", "approve"] as const) {
    const sent: string[] = [];
    const team: Channel = {
      name: "team",
      destination: "https://team.example/hook",
      deliver: async ({ payload }) => {
        sent.push(payload);
        return null;
      },
    };
    const bench = await openBrief({
      channels: createChannelSet([team]),
      changes: [['# channel = "…"', 'channel = "team"']],
    });
    expect(await bench.run("research-brief", { input: { question } })).toMatchObject({
      outcome: "approval_pending",
    });
    expect(await bench.decideNext(kind)).toMatchObject({ outcome: "success", output: BRIEF });
    expect(sent).toEqual(kind === "approve" ? [BRIEF] : []);
  }
});
