import path from "node:path";
import { z } from "zod";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { ScriptedReply } from "../../src/models/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import { createRuntime } from "../../src/runtime/index.ts";
import type { ToolDefinition } from "../../src/tools/index.ts";
import { toCallableTool } from "../../src/tools/index.ts";
import type { ChaosChildOptions } from "./protocol.ts";
import { COULD_NOT_START } from "./protocol.ts";

/*
 * One machine of the chaos: a whole runtime on a database that it shares with others. It stops gracefully on SIGTERM, and ends when its stdin
 * is closed, so that none outlives the tests.
 */
const options = JSON.parse(process.argv[2] ?? "") as ChaosChildOptions;

const THINKING_MS = 150;

/** Saves, notes, pays where the hand does so, and is done. */
function reply(request: {
  readonly system: string;
  readonly messages: readonly { readonly role: string }[];
}): ScriptedReply {
  const toolCalls = ["save", "note", ...(request.system.includes("You pay.") ? ["pay"] : [])];
  const isDone = request.messages.at(-1)?.role === "tool";
  return isDone
    ? { text: "done", delayMs: THINKING_MS }
    : { toolCalls: toolCalls.map((name) => ({ name, args: {} })), delayMs: THINKING_MS };
}

function createTool(name: string, traits: Pick<ToolDefinition, "effect" | "idempotent">) {
  return toCallableTool(
    {
      ...traits,
      name,
      description: `Asks the world to ${name}`,
      input: z.looseObject({}),
      async execute(_args, context) {
        const body = JSON.stringify({ name, key: context.idempotencyKey, pid: process.pid });
        const response = await fetch(options.worldUrl, { method: "POST", body, signal: context.signal });
        return await response.json();
      },
    },
    { origin: "builtin", codeVersion: "1" },
  );
}

const runtime = await open().catch((error: unknown) => {
  // As for whoever starts `hands up` while the database is away: it is started again.
  process.stderr.write(`could not start: ${String(error)}\n`);
  process.exit(COULD_NOT_START);
});

async function open() {
  return await createRuntime({
    config: {
      projectDir: options.dir,
      configPath: null,
      handsDir: path.join(options.dir, "hands"),
      db: options.db,
      // Each machine has a disk of its own.
      dataDir: path.join(options.dir, "data", String(process.pid)),
      server: { host: "127.0.0.1", port: 0 },
      model: { name: null, baseUrl: null, apiKey: null },
      modelPrices: {},
      policy: { deny: [], allowsAutoApprove: true, approvers: [] },
      channels: [],
      secrets: {},
      maxConcurrent: options.maxConcurrent,
    },
    models: createScriptedProvider(createScriptedModel({ replies: reply, clock: systemClock })),
    tools: [
      createTool("save", { effect: "write", idempotent: true }),
      createTool("note", { effect: "destructive", idempotent: false }),
      createTool("pay", { effect: "destructive", idempotent: false }),
    ],
    logger: {
      ...silentLogger,
      error: (message, fields) => void process.stderr.write(`${message} ${JSON.stringify(fields)}\n`),
    },
  });
}

const stop = async () => {
  await runtime.stop();
  process.exit(0);
};
process.once("SIGTERM", () => void stop());
process.stdin.once("end", () => process.exit(0)).resume();
await runtime.start().catch(async (error: unknown) => {
  process.stderr.write(`could not start: ${String(error)}\n`);
  await runtime.stop().catch(() => {});
  process.exit(COULD_NOT_START);
});
process.stdout.write("ready\n");
