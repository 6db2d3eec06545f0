import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../src/core/index.ts";
import { createManualClock } from "./manual-clock.ts";
import { useHosts } from "./open-host.ts";
import { ok, playThrough, readUntil, scriptOf, someStart } from "./script-runs.ts";

const openHost = useHosts();

describe("a script", () => {
  test("is given its start, issues calls by index, and returns a JSON value", async () => {
    const { loadHand } = openHost();
    const code = await loadHand({
      "hand.ts": scriptOf(`
        const seen = await hand.tool("web_fetch", { url: "x", limit: undefined, when: new Date(0), call() {} });
        const answer = await hand.ask("why?", { system: "be brief" });
        const leave = await hand.approve("post", "Post it", { text: answer });
        await hand.sleep("15m");
        return { seen, answer, leave, name: hand.name, id: hand.executionId, trigger: hand.trigger,
          due: hand.scheduledFor, parameters: hand.parameters, input: hand.input };
      `),
    });
    expect(code.hasScript).toBe(true);
    expect(code.tools).toEqual([]);
    const run = code.startScript({
      ...someStart,
      scheduledFor: "2026-01-02T03:04:05.000Z",
      parameters: { hours: 12 },
      input: { from: "scout" },
    });
    const leave = { approved: true, args: { text: "edited" }, note: null, decidedBy: "ann" };
    const results = [ok([1, 2]), ok("because"), ok(leave), ok(null)];
    const messages = await playThrough(run, (index) => results[index] ?? ok(null));
    const args = { url: "x", when: "1970-01-01T00:00:00.000Z" };
    expect(messages.filter((message) => message.type === "call")).toEqual([
      { type: "call", index: 0, call: { kind: "tool", name: "web_fetch", args } },
      { type: "call", index: 1, call: { kind: "ask", prompt: "why?", options: { system: "be brief" } } },
      {
        type: "call",
        index: 2,
        call: { kind: "approve", action: "post", description: "Post it", args: { text: "because" } },
      },
      { type: "call", index: 3, call: { kind: "sleep", durationMs: 900_000 } },
    ]);
    expect(messages.at(-1)).toEqual({
      type: "returned",
      value: {
        seen: [1, 2],
        answer: "because",
        leave,
        name: "oracle",
        id: "execution-1",
        trigger: "manual",
        due: "2026-01-02T03:04:05.000Z",
        parameters: { hours: 12 },
        input: { from: "scout" },
      },
    });
    expect(await run.next()).toEqual(messages.at(-1));
  });

  test("that returns nothing returns null", async () => {
    const code = await openHost().loadHand({ "hand.ts": scriptOf("hand.log;") });
    const messages = await readUntil(code.startScript(someStart), "returned");
    expect(messages).toEqual([{ type: "returned", value: null }]);
  });

  test("rests once after its start and once after each delivery, however long its chains of settled promises are", async () => {
    const code = await openHost().loadHand({
      "hand.ts": scriptOf(`
        const chain = async (name: string) => {
          for (let turn = 0; turn < 1000; turn += 1) await null;
          await import("./other.ts");
          await hand.tool(name);
          for (let turn = 0; turn < 1000; turn += 1) await null;
          return await hand.tool(name + "-again");
        };
        return await Promise.all([chain("a"), chain("b")]);
      `),
      "other.ts": "export const other = 1;",
    });
    const messages = await playThrough(code.startScript(someStart), (index) => ok(index));
    const said = messages.map((message) => {
      if (message.type === "call" && message.call.kind === "tool")
        return `${message.index} ${message.call.name}`;
      return message.type === "quiet" ? `quiet ${message.deliveries}` : message.type;
    });
    expect(said).toEqual([
      "0 a",
      "1 b",
      "quiet 0",
      "2 a-again",
      "quiet 1",
      "3 b-again",
      "quiet 2",
      "quiet 3",
      "returned",
    ]);
    expect(messages.at(-1)).toMatchObject({ value: [2, 3] });
  });

  test("gets results in the order of delivery, one in a turn, also when they are delivered all at once", async () => {
    const code = await openHost().loadHand({
      "hand.ts": scriptOf(`
        const order: string[] = [];
        const calls = ["a", "b", "c"].map(async (name) => {
          await hand.tool(name);
          order.push(name);
          for (let turn = 0; turn < 50; turn += 1) await null;
          order.push(name);
        });
        await Promise.all(calls);
        return order.join("");
      `),
    });
    const run = code.startScript(someStart);
    await readUntil(run, "quiet");
    for (const index of [2, 0, 1]) run.deliver(index, ok(null));
    const messages = await readUntil(run, "returned");
    expect(messages).toEqual([
      { type: "quiet", deliveries: 1 },
      { type: "quiet", deliveries: 2 },
      { type: "returned", value: "ccaabb" },
    ]);
  });

  test("that waits for something besides the hand rests again after what it issues then", async () => {
    const code = await openHost().loadHand({
      "hand.ts": scriptOf(`
        await new Promise((done) => setTimeout(done, 20));
        hand.random();
        await new Promise((done) => setTimeout(done, 20));
        return await hand.tool("a");
      `),
    });
    const messages = await playThrough(code.startScript(someStart), () => ok(1));
    expect(messages.map(({ type }) => type)).toEqual([
      "quiet",
      "value",
      "quiet",
      "call",
      "quiet",
      "returned",
    ]);
  });

  test("catches a failure as an error with code, details and the place of the call", async () => {
    const code = await openHost().loadHand({
      "hand.ts": scriptOf(`
        try {
          await hand.tool("pay");
        } catch (error) {
          const { code, details, message, stack } = error as Error & { code: string; details: object };
          return { code, details, message, isHere: stack?.includes("hand.ts:6:22"), isError: error instanceof Error };
        }
      `),
    });
    const messages = await playThrough(code.startScript(someStart), () => ({
      ok: false,
      error: { code: "approval_rejected", message: "no", details: { note: "too much" } },
    }));
    expect(messages.at(-1)).toMatchObject({
      value: {
        code: "approval_rejected",
        details: { note: "too much" },
        message: "no",
        isHere: true,
        isError: true,
      },
    });
  });

  test("that lets a failure through threw it, with its code and its own frames", async () => {
    const code = await openHost().loadHand({ "hand.ts": scriptOf(`await hand.tool("pay");`) });
    const error = { code: "tool_failed", message: "no route", details: { status: 502 } } as const;
    const messages = await playThrough(code.startScript(someStart), () => ({ ok: false, error }));
    expect(messages.at(-1)).toEqual({ type: "threw", error: { ...error, stack: expect.any(String) } });
    expect(messages.at(-1)).toHaveProperty(
      "error.stack",
      expect.stringMatching(/^ {4}at .*hand\.ts:4:12\)?$/),
    );
  });

  test("that throws something of its own fails as script_failed", async () => {
    const code = await openHost().loadHand({ "hand.ts": scriptOf(`throw new TypeError("odd");`) });
    const messages = await readUntil(code.startScript(someStart), "threw");
    expect(messages.at(-1)).toEqual({
      type: "threw",
      error: {
        code: "script_failed",
        message: "odd",
        stack: expect.stringMatching(/^ {4}at .*\(hand\.ts:4:7\)$/),
      },
    });
  });

  test("may look at a failed call later than it failed", async () => {
    const code = await openHost().loadHand({
      "hand.ts": scriptOf(`
        const first = hand.tool("a");
        await hand.tool("b");
        return await first.catch((error: Error) => error.message);
      `),
    });
    const messages = await playThrough(code.startScript(someStart), (index) =>
      index === 0 ? { ok: false, error: { code: "tool_failed", message: "late" } } : ok(null),
    );
    expect(messages.at(-1)).toEqual({ type: "returned", value: "late" });
  });

  test("rejects arguments that it cannot use, and takes no index for them", async () => {
    const code = await openHost().loadHand({
      "hand.ts": scriptOf(`
        const tries = [hand.sleep("soon"), hand.tool("a", [1]), hand.tool(7 as never), hand.approve("a", "b", [2])];
        const settled = await Promise.allSettled(tries);
        await hand.tool("b");
        return settled.map((one) => one.status === "rejected" ? one.reason.code : "fine");
      `),
    });
    const messages = await playThrough(code.startScript(someStart), () => ok(null));
    expect(messages.find((message) => message.type === "call")).toMatchObject({
      index: 0,
      call: { name: "b" },
    });
    expect(messages.at(-1)).toMatchObject({ value: Array(4).fill("invalid_argument") });
  });

  test("logs, and what it prints is logged for the run that printed it", async () => {
    const { loadHand, logged } = openHost();
    const code = await loadHand({
      "hand.ts": scriptOf(`
        await null;
        hand.log.warn("careful", { depth: 3, at: new Date(0) });
        console.log("hello", { who: hand.executionId });
        console.error("oh");
        process.stdout.write("no newline");
      `),
    });
    const runs = ["one", "two"].map((executionId) => code.startScript({ ...someStart, executionId }));
    for (const [index, run] of runs.entries()) {
      const lines = (await readUntil(run, "returned")).filter((message) => message.type === "log");
      expect(lines.map(({ level, message, fields }) => ({ level, message, fields }))).toEqual([
        { level: "warn", message: "careful", fields: { depth: 3, at: "1970-01-01T00:00:00.000Z" } },
        { level: "info", message: `hello { who: '${index === 0 ? "one" : "two"}' }`, fields: {} },
        { level: "warn", message: "oh", fields: {} },
        { level: "info", message: "no newline", fields: {} },
      ]);
    }
    expect(logged).toEqual([]);
  });

  test("cannot fill the host with one line, nor with many", async () => {
    const code = await openHost().loadHand({
      "hand.ts": scriptOf(
        `console.log("x".repeat(10_000)); for (let line = 0; line < 20_000; line += 1) console.log(line);`,
      ),
    });
    const messages = await readUntil(code.startScript(someStart), "returned");
    expect(messages.length).toBe(5002);
    expect(messages[0]).toHaveProperty("message.length", 8192 + "… [cut]".length);
    expect(messages.at(-2)).toMatchObject({
      level: "warn",
      message: "more than 5000 lines: the rest is left out",
    });
  });
});

describe("a value that a script draws", () => {
  const drawing = scriptOf(`
    return { at: hand.now(), chance: hand.random(), id: hand.uuid(), after: await hand.tool("a"), later: hand.random() };
  `);

  test("is given at once, posted under its index, and told by the host's clock", async () => {
    const clock = createManualClock(Date.parse("2030-01-01T00:00:00Z"));
    const code = await openHost({ clock }).loadHand({ "hand.ts": drawing });
    const messages = await playThrough(code.startScript(someStart), () => ok("done"));
    const values = messages.filter((message) => message.type === "value");
    expect(values.map(({ index, name }) => [index, name])).toEqual([
      [0, "now"],
      [1, "random"],
      [2, "uuid"],
      [4, "random"],
    ]);
    const [at, chance, id, later] = values.map(({ value }) => value);
    const late = Number(at) - clock.now();
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(5000);
    expect(chance).not.toBe(later);
    for (const fraction of [chance, later]) {
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThan(1);
    }
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(messages.at(-1)).toEqual({
      type: "returned",
      value: { at: new Date(Number(at)).toISOString(), chance, id, after: "done", later },
    });
  });

  test("is the journaled one when the script runs again, and is not posted anew", async () => {
    const code = await openHost().loadHand({ "hand.ts": drawing });
    const first = await playThrough(code.startScript(someStart), () => ok(1));
    const journaledValues = first.filter((message) => message.type === "value").slice(0, 3);
    const again = await playThrough(code.startScript({ ...someStart, journaledValues }), () => ok(1));
    expect(again.filter((message) => message.type === "value").map(({ index }) => index)).toEqual([4]);
    const resultOf = (messages: typeof first) =>
      (messages.at(-1) as { readonly value: Record<string, JsonValue> }).value;
    expect(resultOf(again)).toEqual({ ...resultOf(first), later: resultOf(again).later });
  });

  test.each([
    ["another value", { index: 0, name: "uuid", value: "x" }, "uuid", "now"],
    ["a value where a call comes", { index: 3, name: "random", value: 0.5 }, "random", 'tool "a"'],
  ] as const)(
    "where the journal has %s, the run diverged, and says where",
    async (_case, journaled, expected, found) => {
      const code = await openHost().loadHand({
        "hand.ts": drawing.replace("return {", "try { hand.log.info(''); } catch {} return {"),
      });
      const run = code.startScript({ ...someStart, journaledValues: [journaled] });
      const messages = await readUntil(run, "threw");
      expect(messages.at(-1)).toMatchObject({
        error: { code: "script_diverged", details: { index: journaled.index, expected, found } },
      });
      expect(messages.at(-1)).toHaveProperty(
        "error.message",
        expect.stringContaining(`index ${journaled.index}`),
      );
    },
  );
});

describe("a step", () => {
  test("runs its function when it is told to, and the result is what is delivered", async () => {
    const code = await openHost().loadHand({
      "hand.ts": scriptOf(`
        return await hand.step("count", () => { console.log("in the step"); return { n: hand.random() < 1, gone: undefined }; });
      `),
    });
    const run = code.startScript(someStart);
    const messages = await readUntil(run, "quiet");
    expect(messages[0]).toEqual({
      type: "call",
      index: 0,
      call: { kind: "step", name: "count", effect: "write" },
    });
    expect(await run.runStep(0, new AbortController().signal)).toEqual({ n: true });
    run.deliver(0, ok("journaled"));
    expect(await readUntil(run, "returned")).toMatchObject([
      { type: "log", message: "in the step" },
      { type: "returned", value: "journaled" },
    ]);
  });

  test("that throws, or calls the hand, rejects with that", async () => {
    const code = await openHost().loadHand({
      "hand.ts": scriptOf(`
        await Promise.all([
          hand.step("bad", () => { throw new Error("broken"); }, { effect: "read" }),
          hand.step("nested", () => hand.tool("a")),
          hand.step("slow", ({ signal }) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))),
        ]);
      `),
    });
    const run = code.startScript(someStart);
    const messages = await readUntil(run, "quiet");
    expect(messages[0]).toMatchObject({ call: { name: "bad", effect: "read" } });
    const { signal } = new AbortController();
    await expect(run.runStep(0, signal)).rejects.toMatchObject({ code: "script_failed", message: "broken" });
    await expect(run.runStep(1, signal)).rejects.toMatchObject({
      message: 'tool "a" was called inside the step "nested"',
    });
    const stop = new AbortController();
    const slow = run.runStep(2, stop.signal);
    stop.abort(new Error("enough"));
    await expect(slow).rejects.toThrow("enough");
  });
});
