import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished } from "vitest";
import { silentLogger, systemClock, systemRandom } from "../../src/core/index.ts";
import type { ModelProvider, ScriptedModelOptions } from "../../src/models/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import type { ProjectConfig, Runtime, RuntimeOptions } from "../../src/runtime/index.ts";
import { createRuntime } from "../../src/runtime/index.ts";
import type { HandsServer, Scope, ServerOptions } from "../../src/server/index.ts";
import { createApiToken, createServer } from "../../src/server/index.ts";
import type { DocumentCheck } from "./document-check.ts";
import { openDocumentCheck } from "./document-check.ts";

/** A server over a real runtime: real store, real hands; only the model is scripted. */
export interface ServerBench {
  readonly dir: string;
  readonly runtime: Runtime;
  readonly server: HandsServer;
  /** Makes a token that may do this. */
  token(...scopes: readonly Scope[]): Promise<string>;
  /** Asks as an admin, holds the answer against the document, and gives its JSON. */
  get(address: string): Promise<unknown>;
  /** Sends JSON as an admin and holds the answer against the document. */
  post(address: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** Asks with a token; holds the answer against the document. */
  ask(method: string, address: string, options?: AskOptions): Promise<Answer>;
  /** Waits until the execution is over or waits for somebody. */
  rest(executionId: string): Promise<{ readonly status: string; readonly outcome: string | null }>;
}

export interface AskOptions {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into answers of every shape, which the document check has judged.
  readonly json: any;
}

export interface BenchOptions {
  readonly hands?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly replies?: ScriptedModelOptions["replies"];
  readonly models?: ModelProvider;
  readonly config?: Partial<ProjectConfig>;
  readonly channels?: RuntimeOptions["channels"];
  readonly server?: Partial<ServerOptions>;
  /** Default: worker alone. */
  readonly roles?: Parameters<Runtime["start"]>[0];
}

export async function openServerBench(options: BenchOptions = {}): Promise<ServerBench> {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-server-"));
  for (const [name, files] of Object.entries(options.hands ?? {})) {
    for (const [file, content] of Object.entries(files)) {
      const target = path.join(dir, "hands", name, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
  }
  mkdirSync(path.join(dir, "hands"), { recursive: true });
  const config: ProjectConfig = {
    projectDir: dir,
    configPath: null,
    handsDir: path.join(dir, "hands"),
    db: path.join(dir, "data", "hands.db"),
    dataDir: path.join(dir, "data"),
    server: { host: "127.0.0.1", port: 0 },
    model: { name: null, baseUrl: null, apiKey: null },
    modelPrices: {},
    policy: { deny: [], allowsAutoApprove: true, approvers: [] },
    channels: [],
    secrets: {},
    maxConcurrent: 10,
    ...options.config,
  };
  const models =
    options.models ??
    createScriptedProvider(
      createScriptedModel({ replies: options.replies ?? [], price: null, clock: systemClock }),
    );
  const runtime = await createRuntime({
    config,
    models,
    logger: silentLogger,
    ...(options.channels === undefined ? {} : { channels: options.channels }),
  });
  const server = createServer({ runtime, operatorName: "ann", environment: {}, ...options.server });
  onTestFinished(async () => {
    await server.stop();
    await runtime.stop();
    rmSync(dir, { recursive: true, force: true });
  });
  await runtime.start(options.roles ?? { scheduler: false });
  const check: DocumentCheck = await openDocumentCheck(server);

  async function token(...scopes: readonly Scope[]): Promise<string> {
    const { secret } = await createApiToken(runtime.store, systemRandom, {
      name: scopes.join("+"),
      scopes,
      expiresAt: null,
      by: "test",
    });
    return secret;
  }
  const admin = await token("admin");

  async function ask(
    method: string,
    address: string,
    { token: secret = admin, body, headers = {} }: AskOptions = {},
  ): Promise<Answer> {
    const response = await server.request(`http://127.0.0.1${address}`, {
      method,
      headers: {
        ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    const json: unknown = isJson ? JSON.parse(text) : text;
    check(method, new URL(address, "http://127.0.0.1").pathname, response.status, json);
    return { status: response.status, headers: response.headers, json };
  }

  return {
    dir,
    runtime,
    server,
    token,
    ask,
    async get(address) {
      const answer = await ask("GET", address);
      expect(answer.status, JSON.stringify(answer.json)).toBe(200);
      return answer.json;
    },
    post: (address, body = {}, headers = {}) => ask("POST", address, { body, headers }),
    async rest(executionId) {
      for (let attempt = 0; attempt < 3000; attempt += 1) {
        const row = await runtime.runner.getExecution(executionId);
        if (row.status === "ended" || row.status === "waiting") {
          return { status: row.status, outcome: row.outcome };
        }
        await systemClock.sleep(10);
      }
      throw new Error(`execution ${executionId} does not come to rest`);
    },
  };
}

/** A hand without a model, whose script returns its input. */
export const ECHO = {
  "HAND.toml": '[hand]\nname = "echo"\ndescription = "Says it again"\ntrigger = "manual"\n',
  "hand.ts":
    'export default async (hand) => "said " + JSON.stringify(hand.input) + " " + (hand.parameters.tone ?? "");\n',
};

/** A hand whose script asks before it pays. */
export const PAYER = {
  "HAND.toml": `[hand]
name = "payer"
description = "Pays invoices"
trigger = "manual"
[approval_gates]
pay = { action = "pay", description = "Pay an invoice" }
[parameters]
currency = "EUR"
`,
  "hand.ts": `export default async (hand) => {
  const paid = await hand.tool("pay", { amount: 20, to: "Shop" });
  return "paid " + JSON.stringify(paid);
};
`,
  "tools/pay.ts": `import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "pay",
  description: "Pays",
  effect: "destructive",
  input: z.object({ amount: z.number(), to: z.string() }),
  execute: (args) => ({ paid: args.amount, to: args.to }),
});
`,
};
