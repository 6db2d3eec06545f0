import { describe, expect, test } from "vitest";
import { createTestToolContext } from "../support/tool-context.ts";
import { builtinTool } from "./builtin-tool.ts";

describe("memory tools", () => {
  test("remember JSON under a key and list it, sorted, by prefix", async () => {
    await using context = await createTestToolContext();
    for (const key of ["price/eth", "price/btc", "last"]) {
      await builtinTool("memory_set").call({ key, value: { of: key } }, context);
    }
    expect(await builtinTool("memory_get").call({ key: "price/btc" }, context)).toEqual({
      key: "price/btc",
      found: true,
      value: { of: "price/btc" },
    });
    expect(await builtinTool("memory_list").call({ prefix: "price/" }, context)).toEqual({
      entries: [
        { key: "price/btc", value: { of: "price/btc" } },
        { key: "price/eth", value: { of: "price/eth" } },
      ],
      total: 2,
    });
    expect(await builtinTool("memory_list").call({ limit: 1 }, context)).toMatchObject({
      entries: [{ key: "last" }],
      total: 3,
    });
  });

  test("tell null that was remembered from nothing at all", async () => {
    await using context = await createTestToolContext();
    await builtinTool("memory_set").call({ key: "k", value: null }, context);
    expect(await builtinTool("memory_get").call({ key: "k" }, context)).toMatchObject({
      found: true,
      value: null,
    });
    expect(await builtinTool("memory_get").call({ key: "x" }, context)).toMatchObject({
      found: false,
      value: null,
    });
  });

  test("refuse a missing and an enormous value", async () => {
    const { tool } = builtinTool("memory_set");
    expect(await tool.parse({ key: "k" })).toMatchObject({
      ok: false,
      message: expect.stringContaining("value"),
    });
    expect(await tool.parse({ key: "k", value: "x".repeat(100_001) })).toMatchObject({
      ok: false,
      message: "memory_set: value: must have at most 100000 bytes of JSON",
    });
  });

  test("write only to the hand's own memory, and may be repeated", () => {
    expect(builtinTool("memory_set").tool.descriptor).toMatchObject({
      effect: "write",
      confinedTo: "memory",
      isIdempotent: true,
    });
  });
});

test("read_skill passes name and file to the hand's skills", async () => {
  await using context = await createTestToolContext({
    readSkill: async (name, file) => `${name} ${file ?? "SKILL.md"}`,
  });
  expect(await builtinTool("read_skill").call({ name: "charts" }, context)).toEqual({
    name: "charts",
    file: null,
    text: "charts SKILL.md",
  });
  expect(await builtinTool("read_skill").call({ name: "charts", file: "a.md" }, context)).toMatchObject({
    text: "charts a.md",
  });
});

test("db_health gives what the database says of itself", async () => {
  const health = {
    engine: "sqlite",
    isHealthy: true,
    sizeBytes: 4096,
    latencyMs: 0.2,
    details: { version: "3" },
  };
  await using context = await createTestToolContext({ checkDatabase: async () => health });
  expect(await builtinTool("db_health").call({}, context)).toEqual(health);
});
