import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { expect, test } from "vitest";
import { collectStream } from "../../src/models/collect-stream.ts";
import { startModelServer } from "../support/model-server.ts";
import { ask, connect } from "./model-fixture.ts";

test("a reply without end is cut and says that its length was spent", async () => {
  await using server = await startModelServer(() => ({ text: "so it goes on ".repeat(200_000) }));
  const reply = await ask(connect(server.baseUrl));
  expect(reply.finishReason).toBe("length");
  expect(reply.text.length).toBe(1_000_000);
  expect(JSON.stringify(reply).length).toBeLessThan(2_100_000);
  expect(reply.usage.outputTokens).toBeGreaterThan(0);
});

test.each(["text-delta", "reasoning-delta", "tool-input-delta"] as const)(
  "a stream of %s without end is left, and its connection closed",
  async (type) => {
    let isClosed = false;
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      pull: (controller) => controller.enqueue({ type, id: "1", delta: "\u0001".repeat(1000) }),
      cancel: () => {
        isClosed = true;
      },
    });
    const reply = await collectStream(stream, { onBegin: () => {}, onText: () => {} });
    expect([reply.finishReason.unified, isClosed]).toEqual(["length", true]);
    expect(JSON.stringify(reply).length).toBeLessThan(1_001_000);
  },
);
