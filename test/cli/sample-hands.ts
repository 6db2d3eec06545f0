/** A hand that says hello: no model, no tools, no gates. */
export const GREETER = {
  "hands/greeter/HAND.toml": `[hand]
name = "greeter"
description = "Says hello"
schedule = "0 7 * * 1-5"
[parameters]
greeting = "hello"
`,
  "hands/greeter/hand.ts": `import type { HandContext } from "hands";
export default async function run(hand: HandContext) {
  hand.log.info("about to greet");
  return \`\${hand.parameters["greeting"]} \${JSON.stringify(hand.input)}\`;
}
`,
};

/** A hand whose one tool spends, and asks first. It writes down what it paid. */
export const PAYER = {
  "hands/payer/HAND.toml": `[hand]
name = "payer"
description = "Pays invoices"
trigger = "manual"
[tools]
required = ["send_payment"]
[approval_gates]
pay = { action = "send_payment", description = "Pay an invoice" }
`,
  "hands/payer/tools/send-payment.ts": `import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "send_payment",
  description: "Pays",
  effect: "destructive",
  input: z.object({ amount: z.number().max(1000) }),
  execute(args, context) {
    appendFileSync(join(context.workspace, "paid.txt"), \`\${args.amount}\\n\`);
    return { paid: args.amount };
  },
});
`,
  "hands/payer/hand.ts": `import type { HandContext } from "hands";
export default async function run(hand: HandContext) {
  const { paid } = await hand.tool<{ paid: number }>("send_payment", { amount: 5 });
  return \`paid \${paid}\`;
}
`,
};

/** A hand that cannot be loaded. */
export const BROKEN = {
  "hands/broken/HAND.toml": `[hand]
name = "broken"
description = "Has a gate that is none"
trigger = "manual"
[approval_gates]
publish = true
`,
};

/** A hand that throws. */
export const FAILING = {
  "hands/failing/HAND.toml": `[hand]\nname = "failing"\ndescription = "Fails"\ntrigger = "manual"\n`,
  "hands/failing/hand.ts": `export default async function run() { throw new Error("the disk is on fire"); }\n`,
};

/** A hand that is busy for a minute, unless it is cancelled. */
export const SLOW = {
  "hands/slow/HAND.toml": `[hand]\nname = "slow"\ndescription = "Takes its time"\ntrigger = "manual"\n`,
  "hands/slow/hand.ts": `import { setTimeout as wait } from "node:timers/promises";
import type { HandContext } from "hands";
export default async function run(hand: HandContext) {
  hand.log.info("busy now");
  await hand.step("work", async ({ signal }) => { await wait(60_000, undefined, { signal }); }, { effect: "read" });
  return "done";
}
`,
};

/** A hand whose step heeds nobody: it ends only with the process. Says `working` once it is in it. */
export const STUBBORN = {
  "hands/stubborn/HAND.toml": `[hand]\nname = "stubborn"\ndescription = "Heeds nobody"\ntrigger = "manual"\n`,
  "hands/stubborn/hand.ts": `import { writeSync } from "node:fs";
import type { HandContext } from "hands";
export default async function run(hand: HandContext) {
  await hand.step("work", () => { writeSync(2, "working\\n"); return new Promise(() => { setInterval(() => {}, 1000); }); }, { effect: "read" });
}
`,
};
