import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { calculateQuantile } from "../harness/statistics.ts";
import type { BenchCase, BenchPlace, Sample } from "../harness/types.ts";

const FOLLOWERS = 50;
const WORDS_PER_SECOND = 1000;
const SECONDS = 5;

/** Words on their way from models to browsers. */
export const streaming: BenchCase = {
  name: "streaming",
  title: "Streaming",
  list: ({ scale }) => {
    const hands = scale(FOLLOWERS);
    return [
      {
        id: "words",
        title: `${WORDS_PER_SECOND} words a second in each of ${hands} executions, each followed by a client`,
        rounds: 2,
        warmups: 0,
        metrics: {
          cores: { title: "processor of the server", unit: "cores", better: "lower" },
          p50: { title: "lag of a word, median", unit: "ms", better: "lower" },
          p99: { title: "lag of a word, p99", unit: "ms", better: "lower" },
        },
        contenders: [
          {
            id: "hands",
            title: "hands",
            role: "ours",
            open: async (place) => ({ measure: () => measure(place, hands) }),
          },
        ],
        targets: [
          { metric: "cores", atMost: 0.5 },
          { metric: "p99", atMost: 100 },
        ],
        limit:
          "words are put together for 40 ms before they are told, and this machine's cores are shared with the clients; followers in another process wait for the words' row besides, a few times a second",
      },
    ];
  },
};

async function measure(place: BenchPlace, hands: number): Promise<Sample> {
  const options = { folder: place.makeFolder(), hands, wordsPerSecond: WORDS_PER_SECOND, seconds: SECONDS };
  const child = fork(path.join(import.meta.dirname, "..", "fixtures", "stream-process.ts"), [
    JSON.stringify(options),
  ]);
  const [{ url, secret }] = (await once(child, "message")) as [{ url: string; secret: string }];
  const stopping = new AbortController();
  const lags: number[] = [];
  const followers = Array.from({ length: hands }, (_, hand) =>
    follow(`${new URL(url).origin}/api/events?hand=hand-${hand}`, secret, stopping.signal, lags),
  );
  await Promise.all(followers.map(({ connected }) => connected));
  child.send("go");
  const [{ cores }] = (await once(child, "message")) as [{ cores: number }];
  stopping.abort();
  await Promise.all(followers.map(({ ended }) => ended));
  const exited = once(child, "exit");
  child.send("stop");
  await exited;
  return { cores, p50: calculateQuantile(lags, 0.5), p99: calculateQuantile(lags, 0.99) };
}

/** Reads a stream, and notes of each word how long it took until its text was there. */
function follow(
  address: string,
  secret: string,
  signal: AbortSignal,
  lags: number[],
): { readonly connected: Promise<Response>; readonly ended: Promise<void> } {
  const connected = fetch(address, { headers: { authorization: `Bearer ${secret}` }, signal });
  const read = async () => {
    const response = await connected;
    if (!response.ok || response.body === null) throw new Error(`${address} answered ${response.status}`);
    let rest = "";
    let newest = 0;
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const messages = (rest + chunk).split("\n\n");
      rest = messages.pop() ?? "";
      const now = Date.now();
      for (const message of messages.filter((each) => each.startsWith("event: text"))) {
        const seen = newest;
        for (const [word] of message.matchAll(/\d{13}/g)) {
          const cameAt = Number(word);
          if (cameAt <= seen) continue;
          lags.push(now - cameAt);
          newest = cameAt;
        }
      }
    }
  };
  const ended = read().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return { connected, ended };
}
