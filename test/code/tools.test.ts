import { describe, expect, test } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import type { CallableTool } from "../../src/tools/index.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { createManualClock } from "./manual-clock.ts";
import { useHosts } from "./open-host.ts";
import { readUntil, scriptOf, someStart } from "./script-runs.ts";

const openHost = useHosts();

/** A file of `tools/` whose one tool does this. */
function toolOf(name: string, execute: string, more = ""): string {
  return `
    import { defineTool, HandsError } from "hands";
    import { z } from "zod";
    export default defineTool({ name: "${name}", description: " Does ${name}. ", effect: "write", ${more}
      input: z.object({ path: z.string().default("a.txt"), count: z.int().max(9).optional() }),
      async execute(args, context) { ${execute} },
    });
  `;
}

function find(tools: readonly CallableTool[], name: string): CallableTool {
  const tool = tools.find(({ descriptor }) => descriptor.name === name);
  if (tool === undefined) throw new Error(`no ${name}`);
  return tool;
}

describe("a hand's tool", () => {
  test("is described as a hand's: its confinement is not believed, its version is that of its file", async () => {
    const { loadHand } = openHost();
    const files = {
      "tools/post.ts": toolOf("post", "", `action: "broadcast", confinedTo: "workspace", timeoutMs: 5000,`),
      "tools/list.ts": `
        import { defineTool } from "hands";
        import * as z from "zod/v4";
        const input = z.object({});
        export default [
          defineTool({ name: "one", description: "One", effect: "read", input, execute: () => 1 }),
          { name: "two", description: "Two", effect: "destructive", idempotent: true, untrusted: true, input, execute: () => 2 },
        ];
      `,
    };
    const { tools, hasScript } = await loadHand(files);
    expect(hasScript).toBe(false);
    expect(tools.map(({ descriptor }) => descriptor.name).sort()).toEqual(["one", "post", "two"]);
    expect(find(tools, "post").descriptor).toEqual({
      name: "post",
      description: "Does post.",
      effect: "write",
      action: "broadcast",
      isIdempotent: false,
      confinedTo: null,
      isUntrusted: false,
      timeoutMs: 5000,
      origin: "hand",
      inputSchema: expect.objectContaining({
        type: "object",
        properties: expect.objectContaining({ path: { type: "string", default: "a.txt" } }),
      }),
      version: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(find(tools, "two").descriptor).toMatchObject({ isIdempotent: true, isUntrusted: true });

    const edited = await loadHand({ ...files, "tools/list.ts": `${files["tools/list.ts"]}// edited` });
    const versionOf = (list: readonly CallableTool[], name: string) => find(list, name).descriptor.version;
    expect(versionOf(edited.tools, "post")).toBe(versionOf(tools, "post"));
    expect(versionOf(edited.tools, "one")).not.toBe(versionOf(tools, "one"));
  });

  test("parses arguments, fills in defaults, and knows the files that they name", async () => {
    const more = `files: ({ path }) => { if (path === "bad") throw new Error("no such list"); return [path, "b.txt"]; },`;
    const { tools } = await openHost().loadHand({ "tools/read.ts": toolOf("read", "", more) });
    const tool = find(tools, "read");
    const parsed = await tool.parse({});
    expect(parsed).toEqual({ ok: true, args: { path: "a.txt" } });
    expect(parsed.ok && tool.files(parsed.args)).toEqual(["a.txt", "b.txt"]);
    expect(() => tool.files({ path: "a.txt" })).toThrow(/not for a copy/);
    expect(await tool.parse({ count: 10 })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/^read: count: /),
    });
    expect(await tool.parse({ path: "bad" })).toMatchObject({
      ok: false,
      message: expect.stringMatching(/no such list/),
    });
  });

  test("runs with the context it was called with, and reaches its ports", async () => {
    const { loadHand, logged } = openHost();
    const { tools } = await loadHand({
      "tools/all.ts": toolOf(
        "all",
        `
        const { memory, fetch, signal, log, ...data } = context;
        await memory.set("seen", { count: args.count });
        log("working");
        console.log("printed", context.executionId);
        const missing = await memory.get("missing");
        return {
          args, hasMissing: missing !== undefined, kept: await memory.get("seen"), list: await memory.list("se"),
          health: await context.checkDatabase(), skill: await context.readSkill("tone", "a.md"),
          data: { ...data, checkDatabase: undefined, readSkill: undefined }, isAborted: signal.aborted,
        };
      `,
      ),
    });
    const health = { engine: "sqlite", isHealthy: true, sizeBytes: 1, latencyMs: 2, details: {} };
    await using context = await createTestToolContext({
      parameters: { hours: 12 },
      secrets: { key: "sesame" },
      checkDatabase: async () => health,
      readSkill: async (name, file) => `${name}/${file}`,
    });
    const { handName, executionId, idempotencyKey, workspace, parameters, secrets } = context;
    expect(await find(tools, "all").execute({ path: "x", count: 3 }, context)).toEqual({
      args: { path: "x", count: 3 },
      hasMissing: false,
      kept: { count: 3 },
      list: [{ key: "seen", value: { count: 3 } }],
      health,
      skill: "tone/a.md",
      data: {
        handName,
        executionId,
        idempotencyKey,
        workspace,
        parameters,
        secrets,
        // What only the program's own tools are given.
        confine: null,
        ports: null,
      },
      isAborted: false,
    });
    expect(context.messages).toEqual(["working", `printed ${executionId}`]);
    expect(logged).toEqual([]);
  });

  test("fails with the code and the place of what it threw, or of what a port threw", async () => {
    const { tools } = await openHost().loadHand({
      "tools/plain.ts": toolOf("plain", `throw new RangeError("too far");`),
      "tools/ours.ts": toolOf(
        "ours",
        `throw new HandsError("limit_reached", "enough", { details: { limit: 3 } });`,
      ),
      "tools/port.ts": toolOf("port", `return await context.readSkill("none");`),
      "tools/dangling.ts": toolOf(
        "dangling",
        `void Promise.reject(new Error("lost")); await new Promise(() => {});`,
      ),
    });
    await using context = await createTestToolContext({
      readSkill: async () => {
        throw new HandsError("path_outside", "not there");
      },
    });
    const fail = (name: string) =>
      find(tools, name)
        .execute({ path: "x" }, context)
        .catch((error: unknown) => error);
    const plain = await fail("plain");
    expect(plain).toMatchObject({ code: "tool_failed", message: "plain failed: too far" });
    expect(plain).toHaveProperty("stack", expect.stringMatching(/tools\/plain\.ts:6:/));
    expect(await fail("ours")).toMatchObject({
      code: "limit_reached",
      message: "enough",
      details: { limit: 3 },
    });
    expect(await fail("port")).toMatchObject({ code: "path_outside", message: "not there" });
    expect(await fail("dangling")).toMatchObject({ code: "tool_failed", message: "dangling failed: lost" });
  });
});

describe("the fetch of a hand's tool", () => {
  test("goes through the context and comes back as a response", async () => {
    const { tools } = await openHost().loadHand({
      "tools/get.ts": toolOf(
        "get",
        `
        const body = new URLSearchParams({ q: "a b" });
        const response = await context.fetch(new URL("https://example.com/x"), { method: "POST", body, headers: { "X-A": "1" } });
        const { status, statusText, ok, url } = response;
        const empty = await context.fetch("https://example.com/empty");
        return { status, statusText, ok, url, cookies: response.headers.getSetCookie(), json: await response.json(),
          empty: [empty.status, await empty.text()], isResponse: response instanceof Response };
      `,
      ),
    });
    const asked: unknown[] = [];
    await using context = await createTestToolContext({
      fetch: async (url, init) => {
        const request = new Request(url, init);
        const { method, headers } = request;
        asked.push({
          url: request.url,
          method,
          headers: Object.fromEntries(headers),
          body: await request.text(),
        });
        if (request.url.endsWith("empty")) return new Response(null, { status: 204 });
        const answer = new Response(JSON.stringify({ big: "ü".repeat(100_000) }), {
          status: 404,
          statusText: "Nope",
        });
        answer.headers.append("set-cookie", "a=1");
        answer.headers.append("set-cookie", "b=2");
        return answer;
      },
    });
    expect(await find(tools, "get").execute({ path: "x" }, context)).toEqual({
      status: 404,
      statusText: "Nope",
      ok: false,
      url: "",
      cookies: ["a=1", "b=2"],
      json: { big: "ü".repeat(100_000) },
      empty: [204, ""],
      isResponse: true,
    });
    expect(asked).toEqual([
      {
        url: "https://example.com/x",
        method: "POST",
        headers: { "x-a": "1", "content-type": "application/x-www-form-urlencoded;charset=UTF-8" },
        body: "q=a+b",
      },
      { url: "https://example.com/empty", method: "GET", headers: {}, body: "" },
    ]);
  });

  test("is aborted with the call, by its own signal, and when the call is over", async () => {
    const { tools } = await openHost().loadHand({
      "tools/own.ts": toolOf(
        "own",
        `await context.fetch("https://x.test/own", { signal: AbortSignal.timeout(10) });`,
      ),
      "tools/call.ts": toolOf("call", `await context.fetch("https://x.test/call");`),
      "tools/leave.ts": toolOf(
        "leave",
        `context.fetch("https://x.test/leave").catch(() => {}); await context.memory.get("x");`,
      ),
    });
    const aborted: string[] = [];
    const stop = new AbortController();
    await using context = await createTestToolContext({
      signal: stop.signal,
      fetch: (url, init) =>
        new Promise((_, reject) => {
          init?.signal?.addEventListener("abort", () => {
            aborted.push(new URL(url).pathname);
            reject(init.signal?.reason);
          });
          if (String(url).endsWith("call"))
            queueMicrotask(() => stop.abort(new HandsError("cancelled", "called off")));
        }),
    });
    await find(tools, "leave").execute({ path: "x" }, context);
    await expect.poll(() => aborted, { timeout: 10_000 }).toEqual(["/leave"]);
    await expect(find(tools, "own").execute({ path: "x" }, context)).rejects.toThrow(/own failed: .*timeout/);
    await expect.poll(() => aborted, { timeout: 10_000 }).toEqual(["/leave", "/own"]);
    await expect(find(tools, "call").execute({ path: "x" }, context)).rejects.toMatchObject({
      code: "cancelled",
    });
    expect(aborted).toEqual(["/leave", "/own", "/call"]);
  });
});

describe("a call of a hand's tool that is aborted", () => {
  test("is told why, and settles when the code has stopped", async () => {
    const { tools } = await openHost().loadHand({
      "tools/wait.ts": toolOf(
        "wait",
        `context.log("begun");
         await new Promise((done) => context.signal.addEventListener("abort", done));
         await new Promise((done) => setTimeout(done, 20));
         context.log("cleaned up"); throw new Error("stopped");`,
      ),
    });
    const stop = new AbortController();
    await using context = await createTestToolContext({ signal: stop.signal });
    const call = find(tools, "wait").execute({ path: "x" }, context);
    const settled = call.catch((error: unknown) => error);
    await expect.poll(() => context.messages, { timeout: 10_000 }).toEqual(["begun"]);
    stop.abort(new HandsError("timeout", "over"));
    expect(await settled).toMatchObject({ code: "timeout", message: "over" });
    expect(context.messages).toEqual(["begun", "cleaned up"]);
    await expect(find(tools, "wait").execute({ path: "x" }, context)).rejects.toThrow("over");
    expect(context.messages).toEqual(["begun", "cleaned up"]);
  });

  test.each([
    ["waits", "await new Promise(() => {});"],
    ["spins", "for (;;);"],
  ])("and %s on for 5 s ends with its thread, and loses the other runs", async (_how, body) => {
    const clock = createManualClock(0);
    const { loadHand, countThreads } = openHost({ clock });
    const { tools, startScript } = await loadHand({
      "tools/hang.ts": toolOf("hang", `context.log("begun"); await null; ${body}`),
      "hand.ts": scriptOf(`await hand.sleep(1);`),
    });
    const run = startScript(someStart);
    await readUntil(run, "quiet");
    const stop = new AbortController();
    await using context = await createTestToolContext({ signal: stop.signal });
    const settled = find(tools, "hang")
      .execute({ path: "x" }, context)
      .catch((error: unknown) => error);
    await expect.poll(() => context.messages, { timeout: 10_000 }).toEqual(["begun"]);
    stop.abort(new HandsError("timeout", "over"));
    clock.advance(4999);
    expect(countThreads()).toBe(1);
    clock.advance(1);
    expect(await settled).toMatchObject({
      code: "effect_unknown",
      message: expect.stringMatching(/went on for 5 s/),
    });
    expect(await run.next()).toMatchObject({ type: "lost" });
    expect(countThreads()).toBe(0);
    expect(await find(tools, "hang").parse({})).toMatchObject({ ok: true });
  });
});
