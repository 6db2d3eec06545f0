import { randomInt } from "node:crypto";
import { test } from "vitest";
import { FUZZ_TARGETS } from "./targets.ts";

/** How many times the inputs of `npm test`. */
const factor = Number(process.env["HANDS_FUZZ_FACTOR"] ?? "100");
const seed = Number(process.env["HANDS_FUZZ_SEED"] ?? randomInt(2 ** 31 - 1));

test.each(FUZZ_TARGETS)(
  "many inputs of $name, of another seed each time",
  { timeout: 86_400_000 },
  async (target) => {
    const inputCount = target.count * factor;
    process.stdout.write(`${target.name}: ${inputCount} inputs; again with HANDS_FUZZ_SEED=${seed}\n`);
    await target.run(seed, inputCount);
  },
);
