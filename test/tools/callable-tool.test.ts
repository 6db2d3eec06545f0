import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { JsonObject } from "../../src/core/index.ts";
import { HandsError } from "../../src/core/index.ts";
import type { ToolDefinition } from "../../src/tools/index.ts";
import { createToolRegistry, defineTool, MAX_RESULT_BYTES, toCallableTool } from "../../src/tools/index.ts";
import { createTestToolContext } from "../support/tool-context.ts";

const source = { origin: "hand", codeVersion: "abc" } as const;

function greetingTool(changes: Partial<ToolDefinition> = {}): ToolDefinition {
  return {
    ...defineTool({
      name: "greet",
      description: "Greets somebody.",
      effect: "write",
      input: z.strictObject({ who: z.string().min(1), times: z.int().default(1) }),
      execute: ({ who, times }) => `hello ${who} `.repeat(times),
    }),
    ...changes,
  } as ToolDefinition;
}

describe("a tool made callable", () => {
  test("shows a model the schema of what it may pass, where a default is not required", () => {
    const { descriptor } = toCallableTool(greetingTool(), source);
    expect(descriptor.inputSchema).toMatchObject({
      type: "object",
      required: ["who"],
      additionalProperties: false,
      properties: { who: { type: "string", minLength: 1 }, times: { type: "integer", default: 1 } },
    });
    expect(descriptor).toMatchObject({
      action: null,
      isIdempotent: false,
      isUntrusted: false,
      timeoutMs: 120_000,
    });
  });

  test("fills in defaults once, and executes what was parsed", async () => {
    await using context = await createTestToolContext();
    const tool = toCallableTool(greetingTool(), source);
    const parsed = await tool.parse({ who: "Ada" });
    expect(parsed).toEqual({ ok: true, args: { who: "Ada", times: 1 } });
    expect(await tool.execute({ who: "Ada", times: 2 }, context)).toBe("hello Ada hello Ada ");
  });

  test("names every problem of the arguments with its place", async () => {
    const tool = toCallableTool(
      greetingTool({ input: z.strictObject({ list: z.array(z.object({ n: z.int() })) }) }),
      source,
    );
    const parsed = await tool.parse({ list: [{ n: 1 }, { n: "two" }], other: true });
    expect(parsed).toEqual({
      ok: false,
      message: 'greet: list[1].n: expected number, received string; Unrecognized key: "other"',
    });
  });

  test("gives its version anew when effect, schema or code change, and only then", () => {
    const version = (definition: ToolDefinition, codeVersion = "abc") =>
      toCallableTool(definition, { origin: "hand", codeVersion }).descriptor.version;
    const first = version(greetingTool());
    expect(version(greetingTool({ description: "Says hello." }))).toBe(first);
    const others = [
      version(greetingTool(), "abd"),
      version(greetingTool({ effect: "destructive" })),
      version(greetingTool({ input: z.strictObject({ who: z.string() }) })),
      version(greetingTool({ name: "greet2" })),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
  });

  test("counts reading as idempotent, and believes a confinement only of built-in tools", () => {
    const definition = greetingTool({ effect: "read", confinedTo: "workspace" });
    expect(toCallableTool(definition, source).descriptor).toMatchObject({
      isIdempotent: true,
      confinedTo: null,
    });
    expect(toCallableTool(definition, { origin: "builtin", codeVersion: "1" }).descriptor.confinedTo).toBe(
      "workspace",
    );
  });

  test.each([
    ["a name with a space", { name: "two words" }, "is not a tool name"],
    ["a name that climbs", { name: "../x" }, "is not a tool name"],
    ["a name of the program's own", { name: "request_approval" }, "belongs to the program"],
    ["a date in the schema", { input: z.object({ at: z.date() }) }, "cannot be shown to a model"],
    ["a schema that is no object", { input: z.string() }, "is not an object"],
  ])("refuses %s", (_what, changes, message) => {
    expect(() => toCallableTool(greetingTool(changes), source)).toThrow(
      expect.objectContaining({ code: "invalid_argument", message: expect.stringContaining(message) }),
    );
  });

  test("gives what a tool throws as tool_failed, and the program's own errors as they are", async () => {
    await using context = await createTestToolContext();
    const failing = (error: unknown) =>
      toCallableTool(greetingTool({ execute: () => Promise.reject(error) }), source).execute({}, context);
    await expect(failing(new TypeError("no such thing"))).rejects.toMatchObject({
      code: "tool_failed",
      message: "greet failed: no such thing",
    });
    const own = new HandsError("path_outside", "outside");
    await expect(failing(own)).rejects.toBe(own);
  });

  test("gives the reason of an abort, and does not start when the signal has aborted", async () => {
    const reason = new HandsError("timeout", "too late");
    const calls: string[] = [];
    const tool = toCallableTool(greetingTool({ execute: () => calls.push("called") }), source);
    await using context = await createTestToolContext({ signal: AbortSignal.abort(reason) });
    await expect(tool.execute({}, context)).rejects.toBe(reason);
    expect(calls).toEqual([]);

    const controller = new AbortController();
    const interrupted = toCallableTool(
      greetingTool({
        execute: async () => {
          controller.abort(reason);
          throw new DOMException("This operation was aborted", "AbortError");
        },
      }),
      source,
    );
    await expect(interrupted.execute({}, { ...context, signal: controller.signal })).rejects.toBe(reason);
  });

  test("marks a result that is too long instead of failing a call that has happened", async () => {
    await using context = await createTestToolContext();
    const run = (result: unknown) =>
      toCallableTool(greetingTool({ execute: () => result }), source).execute({}, context);
    const text = (await run("ä".repeat(MAX_RESULT_BYTES))) as string;
    expect(Buffer.byteLength(text)).toBeLessThan(MAX_RESULT_BYTES);
    expect(text).toMatch(
      /ä\n\[cut: the result has 2000002 bytes of JSON, more than the 1000000 a tool may return\]$/,
    );
    const object = (await run({ list: Array.from({ length: 200_000 }, (_, index) => index) })) as JsonObject;
    expect(object).toMatchObject({ truncated: true, byteLength: expect.any(Number) });
    expect(Buffer.byteLength(JSON.stringify(object))).toBeLessThan(MAX_RESULT_BYTES);
    const escaped = await run("\0".repeat(MAX_RESULT_BYTES));
    expect(Buffer.byteLength(JSON.stringify(escaped))).toBeLessThanOrEqual(MAX_RESULT_BYTES);
    expect(await run({ at: new Date(0), nothing: undefined })).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  });
});

describe("a registry of tools", () => {
  const greet = toCallableTool(greetingTool(), source);

  test("finds by name, and suggests the nearest name for one that is missing", () => {
    const registry = createToolRegistry([greet]);
    expect(registry.get("greet")).toBe(greet);
    expect(registry.find("other")).toBeUndefined();
    expect(() => registry.get("gret")).toThrow(
      expect.objectContaining({ code: "tool_not_found", hint: "Did you mean greet?" }),
    );
  });

  test("refuses two tools of one name, also when a hand's tool would hide a built-in one", () => {
    const builtin = toCallableTool(greetingTool(), { origin: "builtin", codeVersion: "1" });
    expect(() => createToolRegistry([builtin]).with([greet])).toThrow(
      expect.objectContaining({
        code: "invalid_argument",
        message: "Two tools are called greet (builtin and hand)",
      }),
    );
  });
});
