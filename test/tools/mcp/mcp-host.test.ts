import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger, systemClock } from "../../../src/core/index.ts";
import type { McpServerSettings } from "../../../src/tools/index.ts";
import { createMcpHost } from "../../../src/tools/index.ts";
import { checkArguments } from "../../../src/tools/mcp/check-arguments.ts";
import { LineReader } from "../../../src/tools/mcp/line-reader.ts";
import { replaceOversizedAnswer } from "../../../src/tools/mcp/oversized-answer.ts";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A child that ended and was not waited for by its new parent counts as gone.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("servers are shared while they are used, ended when idle, and leave nothing of their families behind", async () => {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-mcp-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const toolsPath = path.join(dir, "tools.json");
  writeFileSync(toolsPath, JSON.stringify([{ name: "echo", inputSchema: { type: "object" } }]));
  const host = createMcpHost({
    clock: systemClock,
    logger: silentLogger,
    environment: { PATH: process.env["PATH"] },
    programVersion: "test",
    fetch: globalThis.fetch,
    redact: (text) => text,
    idleMs: 50,
  });
  const settings: McpServerSettings = {
    name: "test",
    handName: "h",
    versionHash: "1",
    transport: {
      kind: "stdio",
      command: [process.execPath, path.resolve("test/support/mcp-server.mjs"), toolsPath, "family"],
      environment: {},
      cwd: dir,
      root: dir,
    },
    isTrusted: false,
    connectTimeoutMs: 60_000,
    callTimeoutMs: 60_000,
  };
  const { signal } = new AbortController();
  const uses = [host.use(settings), host.use(settings)];
  await Promise.all(uses.map((use) => use.listTools(signal)));
  const readPids = () =>
    readFileSync(`${toolsPath}.log`, "utf8")
      .trim()
      .split("\n")
      .map((line) => Number(line.split(" ")[1]));
  const [server = 0, child = 0, ...others] = readPids();
  expect(others).toEqual([]);
  uses[0]?.release();
  expect(host.listRunning("h").map(({ name }) => name)).toEqual(["test"]);
  expect([isAlive(server), isAlive(child)]).toEqual([true, true]);
  uses[1]?.release();
  await expect.poll(() => [isAlive(server), isAlive(child)], { timeout: 10_000 }).toEqual([false, false]);
  expect(host.listRunning("h")).toEqual([]);
  const again = host.use(settings);
  await again.listTools(signal);
  const pids = readPids().slice(2);
  expect(pids.map(isAlive)).toEqual([true, true]);
  await host.stop();
  await expect.poll(() => pids.map(isAlive), { timeout: 10_000 }).toEqual([false, false]);
  await expect(again.listTools(signal)).rejects.toMatchObject({ code: "stopping" });
});

test("a line is whole however it was cut into chunks, and one that is too long keeps its ends", () => {
  const text = `short\n${"m".repeat(20)}\n{"id":7,"result":"${"x".repeat(5000)}","tail":1}\nlast`;
  for (const size of [1, 7, 1000, 100_000]) {
    const reader = new LineReader(1000);
    const bytes = Buffer.from(text);
    const lines = [];
    for (let start = 0; start < bytes.length; start += size)
      lines.push(...reader.push(bytes.subarray(start, start + size)));
    expect(lines).toMatchObject([
      { kind: "whole", text: "short" },
      { kind: "whole", text: "m".repeat(20) },
      {
        kind: "cut",
        byteLength: 5029,
        head: expect.stringMatching(/^\{"id":7,/),
        tail: expect.stringMatching(/,"tail":1\}$/),
      },
    ]);
  }
});

test.each([
  ['{"jsonrpc":"2.0","id":7,"result":{"content":', '"}]}}', 7],
  ['{"result":{"content":', '"}]},"jsonrpc":"2.0","id":12}', 12],
  ['{"result":{"content":', '"}]},"id":12,"jsonrpc":"2.0"}', 12],
  ['{"result":{"id":3,"content":', '"}]}}', undefined],
])(
  "an answer that is too large is replaced where its ends say which call it answers: %s … %s",
  (head, tail, id) => {
    expect(replaceOversizedAnswer({ byteLength: 99, head, tail })).toEqual(
      id === undefined ? undefined : expect.objectContaining({ id }),
    );
  },
);

test("arguments are held against a schema without running its regular expressions", async () => {
  const schema = {
    type: "object",
    properties: {
      name: { type: "string", pattern: "^(a+)+$" },
      kind: { enum: ["x", "y"] },
      pattern: { type: "number" },
    },
    patternProperties: { "^(a+)+$": { type: "number" } },
    additionalProperties: false,
    required: ["name"],
  };
  const evil = `${"a".repeat(40)}!`;
  expect(await checkArguments(schema, { name: evil, [evil]: 1 })).toEqual({
    ok: true,
    args: { name: evil, [evil]: 1 },
  });
  expect(await checkArguments(schema, { name: 1 })).toMatchObject({ ok: false });
  expect(await checkArguments(schema, { name: "a", kind: "z" })).toMatchObject({ ok: false });
  expect(await checkArguments(schema, { name: "a", pattern: "z" })).toMatchObject({ ok: false });
  expect(await checkArguments({ type: "object", additionalProperties: false }, { more: 1 })).toMatchObject({
    ok: false,
  });
  expect(await checkArguments({ $ref: "#" }, {})).toMatchObject({ ok: false });
  expect(await checkArguments(schema, [])).toMatchObject({ ok: false });
});
