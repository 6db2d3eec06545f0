import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { createRequest } from "./model-fixture.ts";
import { openAiWire, startWireServer } from "./provider-wires.ts";

const DOOR = fileURLToPath(new URL("../../src/models/index.ts", import.meta.url));
const CORE = fileURLToPath(new URL("../../src/core/index.ts", import.meta.url));

/** Runs a module in a process of its own, with `loaded` as the packages that were loaded so far. */
async function run(source: string): Promise<{ stdout: string; stderr: string }> {
  const head = `
    import { registerHooks } from "node:module";
    const loaded = new Set();
    registerHooks({ load(url, context, next) {
      const found = url.match(/node_modules\\/((?:@[^/]+\\/)?[^/]+)/);
      if (found) loaded.add(found[1]);
      return next(url, context);
    } });
    const { createModelProvider } = await import(${JSON.stringify(DOOR)});
    const { systemClock } = await import(${JSON.stringify(CORE)});
  `;
  const environment = { ...process.env, OPENAI_BASE_URL: "http://127.0.0.1:1/wrong", NODE_OPTIONS: "" };
  return promisify(execFile)(process.execPath, ["--input-type=module", "--eval", head + source], {
    env: environment,
  });
}

it("loads no provider before a model is asked, then only the one", async () => {
  await using server = await startWireServer(openAiWire);
  const settings = { name: openAiWire.name, baseUrl: server.baseUrl, apiKey: "k" };
  const { stdout } = await run(`
    const provider = createModelProvider({ settings: ${JSON.stringify(settings)}, environment: {}, clock: systemClock });
    const model = provider.resolve(null);
    const before = [...loaded];
    await model.generate(${JSON.stringify(createRequest())}, { signal: new AbortController().signal });
    console.log(JSON.stringify({ before, after: [...loaded] }));
  `);
  const { before, after } = JSON.parse(stdout) as { before: string[]; after: string[] };
  expect(before).toEqual([]);
  expect(after).toContain("@ai-sdk/openai");
  for (const other of ["@ai-sdk/anthropic", "@ai-sdk/google", "@ai-sdk/openai-compatible"]) {
    expect(after).not.toContain(other);
  }
});

it("writes nothing to stdout or stderr, not even about a setting that the model ignores", async () => {
  await using server = await startWireServer(openAiWire);
  const settings = { name: openAiWire.name, baseUrl: server.baseUrl, apiKey: "k" };
  const request = createRequest({ temperature: 0.5 });
  const output = await run(`
    const provider = createModelProvider({ settings: ${JSON.stringify(settings)}, environment: {}, clock: systemClock });
    const options = { signal: new AbortController().signal };
    await provider.resolve(null).generate(${JSON.stringify(request)}, options);
    await provider.resolve(null).generate(${JSON.stringify(request)}, { ...options, onText() {} });
  `);
  expect(output).toEqual({ stdout: "", stderr: "" });
  expect(server.requests).toHaveLength(2);
  expect(server.requests[0]?.body).not.toContain("temperature");
});
