/** A hand's folder: contents by path. */
export type HandFolder = Readonly<Record<string, string>>;

/** The hand of every case. */
export const HAND = "payer";

/**
 * The hand's own tools, whose effects are requests to the world of the test. `CRASH_AT` is `<effect> before` or `<effect> after`: there the
 * process ends, or stands still, by its own hand.
 */
const EFFECTS = `
export async function act(name: string, key: string | null, args: object): Promise<unknown> {
  interruptAt(name + " before");
  const body = JSON.stringify({ name, key, args, pid: process.pid });
  const response = await fetch(String(process.env.CRASH_WORLD), { method: "POST", body });
  const answer = await response.json();
  interruptAt(name + " after");
  return answer;
}

function interruptAt(place: string): void {
  if (process.env.CRASH_AT !== place) return;
  process.kill(process.pid, process.env.CRASH_SIGNAL);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
}
`;

const TOOLS = `
import { defineTool } from "hands";
import { z } from "zod";
import { act } from "../lib/act.ts";

const tool = (name: string, effect: "read" | "write" | "destructive", idempotent: boolean) =>
  defineTool({
    name,
    description: "Asks the world to " + name,
    effect,
    idempotent,
    input: z.object({ reference: z.string() }),
    execute: (args, context) => act(name, context.idempotencyKey, args),
  });

export default [tool("look", "read", false), tool("pay", "destructive", false), tool("save", "write", true)];
`;

const MANIFEST = `
[hand]
name = "${HAND}"
description = "Pays what is due"
schedule = "0 7 * * *"

[tools]
unattended = ["save"]

[approval_gates]
pay = { description = "Pay what is due" }

[output]
file_drop = "out/"
`;

const SCRIPT = `
import type { HandContext } from "hands";
import { act } from "./lib/act.ts";

export default async function (hand: HandContext): Promise<object> {
  const reference = hand.uuid();
  const startedAt = hand.now().toISOString();
  const looked = await hand.tool("look", { reference });
  const paid = await attempt(() => hand.tool("pay", { reference }));
  const noted = await attempt(() => hand.step("note", () => act("note", null, { reference }), { effect: "write" }));
  await hand.sleep("50ms");
  const saved = await hand.tool("save", { reference });
  return { reference, startedAt, looked, paid, noted, saved };
}

async function attempt(act: () => Promise<unknown>): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    return { failed: (error as { code?: string }).code };
  }
}
`;

const FILES = { "lib/act.ts": EFFECTS, "tools/effects.ts": TOOLS };

export const SCRIPT_HAND: HandFolder = {
  ...FILES,
  "HAND.toml": MANIFEST.replace("[output]", '[output]\nformat = "json"'),
  "hand.ts": SCRIPT,
};

export const MODEL_HAND: HandFolder = {
  ...FILES,
  "HAND.toml": MANIFEST,
  "SYSTEM.md": "You pay what is due.",
};

/** A hand without effects: it only leaves files. */
export const REPORT_HAND: HandFolder = {
  "HAND.toml": `[hand]\nname = "${HAND}"\n[output]\nfile_drop = "out/"\n`,
  "SYSTEM.md": "Only the script decides.",
  "skills/reports.md": "# Reports\n\nKeep them short.\n",
  "hand.ts": `export default async () => "line\\n".repeat(50_000);\n`,
};

/** The same hand, which fires every second until an instant. */
export function withSchedule(folder: HandFolder, endAt: Date): HandFolder {
  const schedule = `schedule = { cron = "* * * * * *", end = "${endAt.toISOString()}" }`;
  return { ...folder, "HAND.toml": (folder["HAND.toml"] ?? "").replace(/^schedule = .*$/m, schedule) };
}

/** A hand that remembers its newest execution. */
export const REMEMBERING_HAND: HandFolder = {
  "HAND.toml": `[hand]\nname = "${HAND}"\n[tools]\nrequired = ["memory_set"]\n`,
  "hand.ts": `export default async (hand) => {
  await hand.tool("memory_set", { key: "newest", value: hand.executionId });
};
`,
};
