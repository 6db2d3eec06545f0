import type { ScriptedReply } from "../../src/models/index.ts";
import type { HandFiles } from "./dashboard-bench.ts";

/** A tool that pays, as a hand brings it. */
export const PAY_TOOL = `import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "pay_invoice",
  description: "Pays an invoice from the company's account",
  effect: "destructive",
  input: z.object({
    amount: z.number().min(0).describe("In whole and hundredths"),
    currency: z.enum(["EUR", "USD", "CHF"]),
    to: z.string().describe("Who is paid"),
    reference: z.string().optional(),
    urgent: z.boolean().default(false),
    copies: z.array(z.string()).default([]),
  }),
  execute: (args) => ({ paid: args.amount, to: args.to }),
});
`;

const PAY_GATE = `[approval_gates]
pay = { action = "pay_invoice", description = "Pay an invoice", when = "args.amount > 100", expires_after = 86400 }
`;

/** Fires every second, asks before it pays, and says what was paid. */
export function paymaster(more = ""): HandFiles[string] {
  return {
    "HAND.toml": `[hand]
name = "paymaster"
description = "Pays the invoices that came in overnight"
${more}
[tools]
required = ["pay_invoice"]
${PAY_GATE}
[parameters]
currency = "EUR"
limit = 100
dry_run = false
`,
    "tools/pay-invoice.ts": PAY_TOOL,
    "hand.ts": `export default async function (hand) {
  const found = await hand.step("read_invoices", () => ["INV-2041", "INV-2042"], { effect: "read" });
  const paid = await hand.tool("pay_invoice", {
    amount: 1240.5, currency: hand.parameters.currency, to: "Nordwind Hosting GmbH", reference: found[0], urgent: false,
    copies: ["books@example.com"],
  });
  return "# Paid\\n\\n- **" + paid.paid + "** to " + paid.to + "\\n\\n| invoice | state |\\n|---|---|\\n| " + found[0] + " | paid |\\n| " + found[1] + " | not due |\\n";
}
`,
  };
}

/** A project as one has it after some weeks: good, failing, broken, paused, and one that asks. */
export const SAMPLE_HANDS: HandFiles = {
  paymaster: paymaster('schedule = { cron = "0 6 * * *", timezone = "Europe/Berlin" }'),
  oracle: {
    "HAND.toml": `[hand]
name = "oracle"
description = "Reads the markets and writes the morning briefing"
version = "1.4.0"
schedule = { cron = "0 7,19 * * *", timezone = "America/New_York" }

[tools]
required = ["memory_set", "memory_get"]

[approval_gates]
note = { action = "memory_set", description = "Remember a forecast", auto_approve_after = 900, expires_after = 3600 }

[model]
name = "scripted/model"

[parameters]
lookback_hours = 12
markets = ["BTC", "ETH"]
`,
    "SYSTEM.md":
      "# Oracle\n\nYou read the markets. **Be brief.** Say what changed, and what you would watch.\n",
    "skills/reading-order-books.md": "# Reading order books\n\nA thin book moves far on little.\n",
  },
  scout: {
    "HAND.toml":
      '[hand]\nname = "scout"\ndescription = "Looks every quarter of an hour whether the site answers"\nschedule = { interval = "15m" }\n',
    "hand.ts": `export default async function (hand) {
  if (hand.input === "fail") throw new Error("status page answered 503 Service Unavailable, three times in a row");
  await hand.step("fetch_status", () => ({ status: 200, ms: 84 }), { effect: "read" });
  return hand.input === "quiet" ? "" : "All good.";
}
`,
  },
  archivist: {
    "HAND.toml":
      '[hand]\nname = "archivist"\ndescription = "Files what is older than a year"\nschedule = { at = "03:30", timezone = "Europe/Berlin" }\n',
    "hand.ts": "export default () => 'Filed 12 documents.';\n",
  },
  courier: {
    "HAND.toml": '[hand]\nname = "courier"\nschedule = "61 * * * *"\ntriger = "manual"\n',
    "hand.ts": "export default () => '';\n",
  },
};

/** What the oracle's model says: looks, thinks, and wants to remember something, which asks. */
export function oracleReplies(request: {
  readonly messages: readonly { readonly role: string }[];
}): ScriptedReply {
  const turns = request.messages.filter((message) => message.role === "assistant").length;
  if (turns === 0) {
    return {
      text: "I will look at what I wrote last time before I read anything new.",
      toolCalls: [{ name: "memory_get", args: { key: "forecast" } }],
      usage: { inputTokens: 2140, outputTokens: 86 },
      delayMs: 350,
    };
  }
  if (turns === 1) {
    return {
      text: "Nothing is remembered yet. **BTC** holds its range; funding is flat. I would keep one line for tomorrow.",
      toolCalls: [
        {
          name: "memory_set",
          args: { key: "forecast", value: "BTC holds 61–64k; watch funding at 08:00 UTC" },
        },
      ],
      usage: { inputTokens: 2420, outputTokens: 164 },
      delayMs: 600,
    };
  }
  return {
    text: "## Morning briefing\n\n- **BTC** holds its range, funding is flat.\n- **ETH** follows.\n\n> Watch funding at 08:00 UTC.\n",
    usage: { inputTokens: 2710, outputTokens: 240 },
    delayMs: 400,
  };
}
