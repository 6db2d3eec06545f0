import { test } from "vitest";
import { FUZZ_TARGETS } from "./targets.ts";

/** The same inputs each time: what a new one finds is found by `npm run soak`, and stays in corpus/. */
const SEED = 6;

test.each(FUZZ_TARGETS)(
  "no input of $name crashes it, hangs it, or gets an inner error, a stack or an answer without bound",
  { timeout: 240_000 },
  (target) => target.run(SEED, target.count),
);
