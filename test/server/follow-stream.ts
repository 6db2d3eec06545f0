import { expect, onTestFinished } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import type { ServerBench } from "./server-bench.ts";

/** A message of the stream, as it came. */
export interface StreamedMessage {
  readonly event: string;
  readonly id: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: each message has its own shape.
  readonly data: any;
}

/** A stream that is followed until the test ends. */
export interface FollowedStream {
  /** All so far. */
  readonly messages: readonly StreamedMessage[];
  /** Waits for the first message that fits. */
  until(fits: (message: StreamedMessage) => boolean): Promise<StreamedMessage>;
  /** Hangs up. */
  leave(): Promise<void>;
}

/** Follows the stream. */
export async function followStream(
  bench: Pick<ServerBench, "token" | "server">,
  query = "",
  headers: Record<string, string> = {},
): Promise<FollowedStream> {
  const token = await bench.token("read");
  const response = await bench.server.request(`http://127.0.0.1/api/events${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  expect(response.status).toBe(200);
  const messages: StreamedMessage[] = [];
  const reader = response.body?.pipeThrough(new TextDecoderStream() as never).getReader();
  if (reader === undefined) throw new Error("no stream");
  onTestFinished(() => void reader.cancel().catch(() => {}));
  void (async () => {
    let rest = "";
    for (;;) {
      const { done, value } = (await reader.read()) as { done: boolean; value: string };
      if (done) return;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const read = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(part)?.[1];
        const event = read("event");
        if (event !== undefined) {
          messages.push({ event, id: read("id") ?? null, data: JSON.parse(read("data") ?? "null") });
        }
      }
    }
  })();
  return {
    messages,
    leave: () => reader.cancel(),
    async until(fits: (message: StreamedMessage) => boolean): Promise<StreamedMessage> {
      for (let attempt = 0; attempt < 3_000; attempt += 1) {
        const found = messages.find(fits);
        if (found !== undefined) return found;
        await systemClock.sleep(10);
      }
      throw new Error(
        `not heard of; heard: ${messages.map(({ event, data }) => `${event} ${data.type ?? ""}`)}`,
      );
    },
  };
}
