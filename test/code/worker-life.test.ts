import { describe, expect, test } from "vitest";
import type { ScriptRun } from "../../src/code/index.ts";
import type { JsonValue } from "../../src/core/index.ts";
import { HandsError } from "../../src/core/index.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { createManualClock } from "./manual-clock.ts";
import { useHosts } from "./open-host.ts";
import { ok, playThrough, readUntil, scriptOf, someStart } from "./script-runs.ts";

const openHost = useHosts();

/** A script that answers to its input, so that one worker can be in several states. */
const moody = scriptOf(`
  const mood = hand.input;
  if (mood === "spin") for (;;);
  if (mood === "exit") process.exit(3);
  if (mood === "throw") setTimeout(() => { throw new Error("from a timer"); }, 1);
  if (mood === "greedy") { const kept: unknown[] = []; for (;;) kept.push(new Array(100_000).fill(0)); }
  if (mood === "careless") { void (async () => { await null; throw new Error("nobody looks"); })(); }
  if (mood === "marks") { (globalThis as { mark?: number }).mark = 1; }
  if (mood === "looks") return (globalThis as { mark?: number }).mark ?? null;
  await hand.tool("wait");
  return mood;
`);

async function finish(run: ScriptRun): Promise<JsonValue> {
  const last = (await playThrough(run, () => ok(null))).at(-1);
  if (last?.type !== "returned") throw new Error(JSON.stringify(last));
  return last.value;
}

const withMood = (input: string) => ({ ...someStart, input });

describe("a worker", () => {
  test("is one for all runs of a version, and one for each version", async () => {
    const { host, countThreads, writeHand } = openHost();
    const dir = await writeHand({ "hand.ts": moody });
    const version = {
      handName: "oracle",
      hash: "a",
      dir,
      scriptPath: "hand.ts",
      toolPaths: [],
      confinement: null,
    };
    const [code, same] = await Promise.all([host.load(version), host.load({ ...version })]);
    expect(same).toBe(code);
    await finish(code.startScript(withMood("marks")));
    expect(await finish(code.startScript(withMood("looks")))).toBe(1);
    expect(countThreads()).toBe(1);
    const other = await host.load({ ...version, hash: "b" });
    expect(await finish(other.startScript(withMood("looks")))).toBe(null);
    expect(countThreads()).toBe(2);
  });

  test("ends when it was idle for a while, and comes back when it is needed", async () => {
    const clock = createManualClock(0);
    const { loadHand, countThreads } = openHost({ clock });
    const code = await loadHand({ "hand.ts": moody });
    const run = code.startScript(withMood("marks"));
    await readUntil(run, "quiet");
    clock.advance(60_000);
    expect(countThreads()).toBe(1);
    run.deliver(0, ok(null));
    await readUntil(run, "returned");
    clock.advance(29_000);
    expect(await finish(code.startScript(withMood("looks")))).toBe(1);
    clock.advance(30_000);
    await expect.poll(countThreads, { timeout: 10_000 }).toBe(0);
    expect(await finish(code.startScript(withMood("looks")))).toBe(null);
    expect(clock.timerCount).toBe(1);
  });

  test.each([
    ["exit", /ended its own thread \(process\.exit with code 3\)/],
    ["throw", /an error that nothing caught: from a timer/],
    ["greedy", /used more than 32 MB of memory/],
  ])("that dies (%s) loses its runs, says why, and is replaced", async (mood, reason) => {
    const code = await openHost({ memoryMb: 32 }).loadHand({ "hand.ts": moody });
    const bystander = code.startScript(withMood("waits"));
    await readUntil(bystander, "quiet");
    const runs = [code.startScript(withMood(mood)), bystander];
    for (const run of runs) {
      let message = await run.next();
      while (message.type !== "lost") message = await run.next();
      expect(message.message).toMatch(reason);
      expect(await run.next()).toBe(message);
      run.deliver(0, ok(null));
      await expect(run.runStep(0, new AbortController().signal)).rejects.toThrow(HandsError);
      run.drop();
    }
    expect(await finish(code.startScript(withMood("fine")))).toBe("fine");
  });

  test("ends only the run whose promise nobody handled", async () => {
    const code = await openHost().loadHand({ "hand.ts": moody });
    const bystander = code.startScript(withMood("waits"));
    const messages = await readUntil(code.startScript(withMood("careless")), "threw");
    expect(messages.at(-1)).toMatchObject({
      error: { code: "script_failed", message: "nobody looks", stack: expect.stringContaining("hand.ts") },
    });
    expect(await finish(bystander)).toBe("waits");
  });

  test("that is kept busy for ever is ended 5 s after the run was dropped", async () => {
    const clock = createManualClock(0);
    const { loadHand, countThreads } = openHost({ clock });
    const code = await loadHand({ "hand.ts": moody });
    const bystander = code.startScript(withMood("waits"));
    await readUntil(bystander, "quiet");
    const spinning = code.startScript(withMood("spin"));
    const next = spinning.next();
    spinning.drop();
    expect(await next).toMatchObject({ type: "lost" });
    await expect.poll(() => clock.timerCount, { timeout: 10_000 }).toBe(1);
    clock.advance(4999);
    expect(countThreads()).toBe(1);
    clock.advance(1);
    expect(await bystander.next()).toMatchObject({
      type: "lost",
      message: expect.stringMatching(/busy for 5 s/),
    });
    expect(countThreads()).toBe(0);
    expect(await finish(code.startScript(withMood("fine")))).toBe("fine");
  });

  test("that answers outlives its dropped runs, and keeps nothing of two hundred of them", async () => {
    const { loadHand, countThreads } = openHost({ memoryMb: 32 });
    const code = await loadHand({
      "hand.ts": scriptOf(`
        (globalThis as { runs?: number }).runs = ((globalThis as { runs?: number }).runs ?? 0) + 1;
        if (hand.input === "count") return (globalThis as { runs?: number }).runs;
        const held = new Array(100_000).fill(0.5);
        hand.signal.addEventListener("abort", () => console.log(held.length));
        await hand.tool("wait", { length: held.length });
        return held;
      `),
    });
    for (let turn = 0; turn < 200; turn += 1) {
      const run = code.startScript(someStart);
      await readUntil(run, "quiet");
      run.drop();
      expect(await run.next()).toMatchObject({ type: "lost" });
    }
    expect(await finish(code.startScript(withMood("count")))).toBe(201);
    expect(countThreads()).toBe(1);
  });

  test("loses everything when the host stops, and no other starts", async () => {
    const { host, loadHand, countThreads } = openHost();
    const code = await loadHand({ "hand.ts": moody });
    const run = code.startScript(withMood("spin"));
    await host.stop();
    expect(countThreads()).toBe(0);
    expect(await run.next()).toMatchObject({ type: "lost", message: expect.stringMatching(/stopping/) });
    expect(() => code.startScript(someStart)).toThrow(expect.objectContaining({ code: "stopping" }));
    await expect(loadHand({ "hand.ts": moody })).rejects.toMatchObject({ code: "stopping" });
  });
});

describe("what a worker is not given", () => {
  const looking = scriptOf(`return { ...process.env };`);

  test("is a variable that holds a secret", async () => {
    const code = await openHost({
      environment: {
        PATH: "/bin",
        KEY: "sesame-1234",
        URL: "https://u:sesame-1234@host",
        SHORT: "abc",
        LONG: "xabcx",
      },
      secretValues: ["sesame-1234", "abc", ""],
    }).loadHand({ "hand.ts": looking });
    expect(await finish(code.startScript(someStart))).toEqual({
      PATH: "/bin",
      LONG: "xabcx",
      HANDS_EXECUTION: "hand:oracle",
    });
  });

  test("is this process's own environment, arguments and options", async () => {
    const code = await openHost({ environment: {} }).loadHand({
      "hand.ts": scriptOf(`return [Object.keys(process.env), process.argv.slice(2)];`),
    });
    expect(await finish(code.startScript(someStart))).toEqual([["HANDS_EXECUTION"], []]);
  });
});

describe("a tool's call when its worker dies", () => {
  test("is of unknown effect; arguments that were being checked just failed", async () => {
    const code = await openHost().loadHand({
      "tools/die.ts": `
        import { defineTool } from "hands";
        import { z } from "zod";
        export default defineTool({ name: "die", description: "Dies", effect: "write",
          input: z.object({ now: z.boolean().refine((now) => { if (now) process.exit(1); return true; }) }),
          execute: () => process.exit(2) });
      `,
    });
    const [tool] = code.tools;
    await using context = await createTestToolContext();
    await expect(tool?.execute({ now: false }, context)).rejects.toMatchObject({
      code: "effect_unknown",
      message: expect.stringMatching(/Whether the tool die had its effect is not known\..*code 2/),
    });
    await expect(tool?.parse({ now: true })).rejects.toMatchObject({ code: "script_failed" });
    expect(await tool?.parse({ now: false })).toEqual({ ok: true, args: { now: false } });
  });
});
