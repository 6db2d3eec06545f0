import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonValue } from "../../src/core/index.ts";
import type { HandMemory, ToolContext } from "../../src/tools/index.ts";

/** A tool context over a real, empty workspace; ports that a test does not give refuse to be called. */
export interface TestToolContext extends ToolContext, AsyncDisposable {
  readonly messages: readonly string[];
}

export async function createTestToolContext(parts: Partial<ToolContext> = {}): Promise<TestToolContext> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "hands-tools-")));
  const messages: string[] = [];
  return {
    handName: "tester",
    executionId: "01execution",
    idempotencyKey: "01execution:0:0",
    signal: new AbortController().signal,
    workspace: join(dir, "workspace"),
    parameters: {},
    secrets: {},
    fetch: () => Promise.reject(new Error("this test gave no network")),
    memory: createTestMemory(),
    checkDatabase: () => Promise.reject(new Error("this test gave no database")),
    confine: null,
    ports: null,
    readSkill: () => Promise.reject(new Error("this test gave no skills")),
    noteOutside: () => {},
    log: (message) => {
      messages.push(message);
    },
    messages,
    ...parts,
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
}

export function createTestMemory(): HandMemory {
  const values = new Map<string, JsonValue>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => {
      values.set(key, value);
    },
    list: async (prefix) =>
      [...values].filter(([key]) => key.startsWith(prefix)).map(([key, value]) => ({ key, value })),
  };
}
