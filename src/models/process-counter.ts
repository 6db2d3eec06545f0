import type { Clock } from "../core/index.ts";
import { createDeferred } from "../core/index.ts";
import type { CountedRequest, LimitedRequest, RequestCounter } from "./request-counter.ts";

const MINUTE_MS = 60_000;

/** Counts the requests of this process. Of those that wait, one at a time asks. */
export function createProcessCounter(clock: Pick<Clock, "monotonicMs">): RequestCounter {
  const providers = new Map<string, Counts>();
  return {
    count(request) {
      const counts = providers.get(request.provider) ?? { sent: [], underWay: 0, ended: createDeferred() };
      providers.set(request.provider, counts);
      return countOne(counts, request, clock);
    },
  };
}

interface Counts {
  /** Those of the last minute, the oldest first. */
  readonly sent: { readonly at: number; readonly tokens: number }[];
  underWay: number;
  ended: ReturnType<typeof createDeferred<void>>;
}

function countOne(
  counts: Counts,
  request: LimitedRequest,
  clock: Pick<Clock, "monotonicMs">,
): CountedRequest {
  const { maxConcurrent } = request.limits;
  let isUnderWay = false;
  return {
    async ask() {
      if (maxConcurrent !== null && counts.underWay >= maxConcurrent) return MINUTE_MS;
      const nowMs = clock.monotonicMs();
      const waitMs = findWaitMs(counts, request, nowMs);
      if (waitMs > 0) return waitMs;
      isUnderWay = true;
      counts.underWay += 1;
      counts.sent.push({ at: nowMs, tokens: request.tokens });
      return null;
    },
    waitForNews: () => counts.ended.promise,
    end() {
      if (!isUnderWay) return;
      isUnderWay = false;
      counts.underWay -= 1;
      counts.ended.resolve();
      counts.ended = createDeferred();
    },
  };
}

/** Milliseconds until the oldest request that is in the way is a minute old. One that is larger than the limit goes alone. */
function findWaitMs({ sent }: Counts, { limits, tokens }: LimitedRequest, nowMs: number): number {
  while (sent[0] !== undefined && sent[0].at <= nowMs - MINUTE_MS) sent.shift();
  const [oldest] = sent;
  if (oldest === undefined) return 0;
  const { requestsPerMinute, tokensPerMinute } = limits;
  const sum = sent.reduce((total, request) => total + request.tokens, tokens);
  const isFull =
    (requestsPerMinute !== null && sent.length >= requestsPerMinute) ||
    (tokensPerMinute !== null && sum > tokensPerMinute);
  return isFull ? Math.max(1, oldest.at + MINUTE_MS - nowMs) : 0;
}
