import { describe, expect, test } from "vitest";
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
    expect(messages.filter((message) => message.type === "call")).toEqual([
      {
        type: "call",
        index: 0,
        call: { kind: "tool", name: "web_fetch", args: { url: "x", when: "1970-01-01T00:00:00.000Z" } },
      },
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
    expect(await readUntil(code.startScript(someStart), "returned")).toEqual([
      { type: "returned", value: null },
    ]);
  });
});
