import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ScriptedReply } from "../../src/models/index.ts";
import { serve } from "../tools/http-server.ts";
import type { ExampleOptions } from "./example-bench.ts";
import { openExample } from "./example-bench.ts";
import { keepRecording } from "./keep-recording.ts";

const FIRST = {
  title: "A backup is a restore that worked",
  body: "On Monday I deleted the wrong table. The backup was there, and it was empty.",
  tags: ["backups"],
};
const SECOND = { ...FIRST, title: "The backup was there, and it was empty" };
const DONE = "Published: https://blog.example.org/p/1";

const publish = (post: typeof FIRST): ScriptedReply => ({
  toolCalls: [{ name: "publish_post", args: post }],
});

const BEGINNING: readonly ScriptedReply[] = [
  {
    toolCalls: [
      { name: "file_list", args: { path: "ideas" } },
      { name: "memory_get", args: { key: "used" } },
    ],
  },
  { toolCalls: [{ name: "file_read", args: { path: "ideas/backups.md" } }] },
];
const END: readonly ScriptedReply[] = [
  { toolCalls: [{ name: "memory_set", args: { key: "used", value: ["ideas/backups.md"] } }] },
  { text: DONE },
];

/** A site that keeps what it was sent, and a drafter with one idea. */
async function openDrafter(
  replies: readonly ScriptedReply[],
  { status = 201, ...options }: ExampleOptions & { readonly status?: number } = {},
) {
  const posts: { body: unknown; authorization: unknown; key: unknown }[] = [];
  const server = await serve((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { authorization, "idempotency-key": key } = request.headers;
      posts.push({ body: JSON.parse(body), authorization, key });
      response.writeHead(status).end(JSON.stringify({ url: "https://blog.example.org/p/1" }));
    });
  });
  const bench = await openExample("content-drafter", {
    replies,
    readSecrets: () => ({ PUBLISH_TOKEN: "swordfish" }),
    ...options,
    changes: [
      ["enabled = false", "enabled = true"],
      ["https://blog.example.org/api/posts", `${server.url}/api/posts`],
      ['allow = ["blog.example.org"]', 'allow = ["127.0.0.1"]'],
    ],
  });
  const ideas = join(bench.dir, "data", "workspaces", "content-drafter", "ideas");
  await mkdir(ideas, { recursive: true });
  await writeFile(join(ideas, "backups.md"), "Deleted the wrong table on Monday. The backup was empty.");
  return { bench, posts, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test("a draft that is rejected with a note comes back, and only the approved text is published, with its key", async () => {
  await using site = await openDrafter([...BEGINNING, publish(FIRST), publish(SECOND), ...END]);
  const { bench, posts } = site;
  expect(await bench.run("content-drafter")).toMatchObject({ outcome: "approval_pending" });
  const [approval] = await bench.approvals("pending");
  expect(approval).toMatchObject({ action: "publish_post", auto_approve_at: null });
  expect(JSON.parse(approval?.args_json ?? "")).toEqual(FIRST);

  const again = await bench.decideNext("reject", "The second sentence is the title.");
  expect(again).toMatchObject({ outcome: "approval_pending" });
  expect(JSON.stringify(bench.model.requests.at(-1)?.messages.at(-1))).toContain(
    "The second sentence is the title.",
  );
  expect(posts).toEqual([]);

  const ended = await bench.decideNext("approve");
  expect(ended).toMatchObject({ outcome: "success", output: DONE });
  expect(posts).toEqual([
    { body: SECOND, authorization: "Bearer swordfish", key: expect.stringContaining(ended.id) },
  ]);
  expect(JSON.stringify([await bench.steps(ended.id), bench.model.requests])).not.toContain("swordfish");
  await keepRecording(bench, ended.id, "rejected-then-approved");
});

test("a text that was edited in the request is the text that is published", async () => {
  await using site = await openDrafter([...BEGINNING, publish(FIRST), ...END]);
  const { bench, posts } = site;
  await bench.run("content-drafter");
  const [approval] = await bench.approvals("pending");
  const id = approval?.id ?? "";
  const args = { ...FIRST, body: "My own words." };
  await bench.approve(id, { decision: { kind: "approve", args } });
  expect(await bench.runner.continueAfterApproval(id)).toMatchObject({ outcome: "success" });
  expect(posts).toMatchObject([{ body: args }]);
});

test("a site that fails, and a token that is missing, are told to the model, and nothing is called published", async () => {
  const text = "It was not published: the site failed.";
  const replies = [...BEGINNING, publish(FIRST), { text }];
  await using broken = await openDrafter(replies, { status: 500 });
  await using tokenless = await openDrafter(replies, { readSecrets: () => ({}) });
  for (const [{ bench }, reason] of [
    [broken, "status 500"],
    [tokenless, "PUBLISH_TOKEN has no value"],
  ] as const) {
    await bench.run("content-drafter");
    expect(await bench.decideNext("approve")).toMatchObject({ outcome: "success", output: text });
    expect(JSON.stringify(bench.model.requests.at(-1)?.messages.at(-1))).toContain(reason);
  }
  expect(tokenless.posts).toEqual([]);
});
