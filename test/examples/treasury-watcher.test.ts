import { expect, test } from "vitest";
import type { ScriptedReply } from "../../src/models/index.ts";
import { serve } from "../tools/http-server.ts";
import { openExample } from "./example-bench.ts";
import { keepRecording } from "./keep-recording.ts";

const ADDRESS = `0x${"ab".repeat(20)}`;
const ACCOUNTS = [
  { label: "payroll", address: ADDRESS, minimum: "2.5" },
  { label: "reserve", address: `0x${"cd".repeat(20)}`, minimum: "1" },
];

/** A node: what it answers to each method, or a status. */
async function serveNode(answer: (method: string, params: readonly string[]) => object | number) {
  return await serve((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { method, params } = JSON.parse(body) as { method: string; params: string[] };
      const answered = answer(method, params);
      if (typeof answered === "number") response.writeHead(answered).end();
      else response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, ...answered }));
    });
  });
}

const openWatcher = (url: string, replies: readonly ScriptedReply[]) =>
  openExample("treasury-watcher", {
    replies,
    changes: [
      ["enabled = false", "enabled = true"],
      ['allow = ["ethereum-rpc.publicnode.com"]', 'allow = ["127.0.0.1"]'],
      ['rpc_url = "https://ethereum-rpc.publicnode.com"', `rpc_url = "${url}"`],
    ],
  });

const ANSWER = {
  summary: "payroll has 1.000000000000000001 ether and is below its minimum of 2.5. reserve has not changed.",
  severity: "act",
  accounts: [
    { label: "payroll", balance: "1.000000000000000001", note: "3 last time; below its minimum" },
    { label: "reserve", balance: "12", note: "unchanged" },
  ],
};

const replies = (answer: object): readonly ScriptedReply[] => [
  { toolCalls: [{ name: "memory_get", args: { key: "balances" } }] },
  { toolCalls: [{ name: "read_balances", args: {} }] },
  { toolCalls: [{ name: "memory_set", args: { key: "balances", value: { payroll: "1", reserve: "12" } } }] },
  { text: JSON.stringify(answer) },
];

test("balances are exact, read at one block, and compared with their minimums before the model sees them", async () => {
  const blocks: (string | undefined)[] = [];
  await using node = await serveNode((method, [address, block]) => {
    if (method === "eth_blockNumber") return { result: "0x10" };
    blocks.push(block);
    return { result: address === ADDRESS ? "0xde0b6b3a7640001" : `0x${(12n * 10n ** 18n).toString(16)}` };
  });
  const bench = await openWatcher(node.url, replies(ANSWER));
  const ended = await bench.run("treasury-watcher", {
    parameters: { accounts: ACCOUNTS },
  });
  expect(ended).toMatchObject({ outcome: "success", error: null });
  expect(JSON.parse(ended.output)).toEqual(ANSWER);
  expect(blocks).toEqual(["0x10", "0x10"]);
  const read = (await bench.steps(ended.id)).find(({ name }) => name === "read_balances");
  expect(JSON.parse(read?.result_json ?? "")).toEqual({
    block: 16,
    balances: [
      { label: "payroll", balance: "1.000000000000000001", minimum: "2.5", isBelowMinimum: true },
      { label: "reserve", balance: "12", minimum: "1", isBelowMinimum: false },
    ],
  });
  expect(bench.model.requests[0]?.tools.map(({ name }) => name).sort()).toEqual([
    "memory_get",
    "memory_set",
    "read_balances",
  ]);
  await keepRecording(bench, ended.id, "shortfall");
});

test("an account that the node cannot read is named, and without accounts the tool says what to write", async () => {
  await using node = await serveNode((method, [address]) => {
    if (method === "eth_blockNumber") return { result: "0x10" };
    return address === ADDRESS ? 503 : { error: { message: "missing trie node" } };
  });
  const calm = { summary: "Nothing could be read.", severity: "look", accounts: [] };
  const bench = await openWatcher(node.url, replies(calm));
  const ended = await bench.run("treasury-watcher", {
    parameters: { accounts: ACCOUNTS },
  });
  expect(ended).toMatchObject({ outcome: "success" });
  const shown = JSON.stringify(bench.model.requests[2]?.messages.at(-1));
  expect(shown).toContain("answered with status 503");
  expect(shown).toContain("missing trie node");

  const empty = await openWatcher(node.url, replies(calm));
  const packaged = await empty.run("treasury-watcher");
  expect(JSON.parse(packaged.output)).toEqual(calm);
  expect(JSON.stringify(empty.model.requests[2]?.messages.at(-1))).toContain("There are no accounts");
  await keepRecording(empty, packaged.id, "no-accounts");
});

test("an answer of another form is sent back once, then the run fails", async () => {
  await using node = await serveNode(() => ({ result: "0x0" }));
  const wrong = { text: '{"summary":"All well."}' };
  const bench = await openWatcher(node.url, [
    { toolCalls: [{ name: "read_balances", args: {} }] },
    wrong,
    wrong,
  ]);
  expect(await bench.run("treasury-watcher", { parameters: { accounts: ACCOUNTS } })).toMatchObject({
    outcome: "failure",
    error_code: "invalid_output",
  });
});
