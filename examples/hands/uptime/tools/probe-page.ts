import { performance } from "node:perf_hooks";
import { defineTool, HandsError } from "hands";
import { z } from "zod";

/** Whether a page answers, and how fast. That it does not is a result, not an error. */
export default defineTool({
  name: "probe_page",
  description: "Asks a Web page for an answer, and gives its status and how long it took.",
  effect: "read",
  input: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    giveUpSeconds: z.number().min(0.1).max(60),
  }),
  async execute({ url, giveUpSeconds }, { fetch, signal }) {
    const giveUp = AbortSignal.timeout(giveUpSeconds * 1000);
    const startedAt = performance.now();
    try {
      const response = await fetch(url, { signal: AbortSignal.any([signal, giveUp]) });
      await response.body?.cancel();
      const durationMs = Math.round(performance.now() - startedAt);
      return { status: response.status, durationMs, problem: null };
    } catch (error) {
      signal.throwIfAborted();
      // [network] does not let this hand go there: a page that nobody asked is not down.
      if (error instanceof HandsError && error.code === "denied") throw error;
      const problem = giveUp.aborted ? `no answer in ${giveUpSeconds} s` : describe(error);
      return { status: null, durationMs: null, problem };
    }
  },
});

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
