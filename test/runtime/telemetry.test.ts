import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import { startTelemetry } from "../../src/runtime/index.ts";
import { listApprovals, listSteps } from "../../src/store/index.ts";
import { openServerBench, PAYER } from "../server/server-bench.ts";

// biome-ignore lint/suspicious/noExplicitAny: what was sent is looked at as it came.
type Json = any;

/** A collector on loopback that keeps what it is sent. */
async function openCollector() {
  const bodies: { readonly path: string; readonly json: Json }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    bodies.push({ path: request.url ?? "", json: JSON.parse(Buffer.concat(chunks).toString()) });
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const pick = (path: string) => bodies.filter((body) => body.path === path).map(({ json }) => json);
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans: (): Json[] =>
      pick("/v1/traces").flatMap((json) =>
        json.resourceSpans.flatMap((r: Json) => r.scopeSpans.flatMap((s: Json) => s.spans)),
      ),
    metrics: (): Json[] =>
      pick("/v1/metrics").flatMap((json) =>
        json.resourceMetrics.flatMap((r: Json) => r.scopeMetrics.flatMap((s: Json) => s.metrics)),
      ),
  };
}

function attributesOf(span: Json): Record<string, unknown> {
  return Object.fromEntries(
    span.attributes.map(({ key, value }: Json) => {
      const [first] = Object.values(value);
      return [key, first];
    }),
  );
}

const ASKER = {
  "HAND.toml":
    '[hand]\nname = "asker"\ndescription = "Asks"\ntrigger = "manual"\n[model]\nname = "acme/one"\n',
  "SYSTEM.md": "You ask.",
};

async function run(environment: Readonly<Record<string, string>>) {
  const models = createScriptedProvider(
    createScriptedModel({ replies: [{ text: "the very answer" }], price: null, clock: systemClock }),
  );
  const bench = await openServerBench({ hands: { asker: ASKER, payer: PAYER }, models });
  const { runtime } = bench;
  const telemetry = await startTelemetry(runtime, { environment, logger: silentLogger });
  const asked = await runtime.runner.trigger("asker");
  await bench.rest(asked);
  const paid = await runtime.runner.trigger("payer");
  expect(await bench.rest(paid)).toMatchObject({ status: "waiting" });
  const [approval] = await listApprovals(runtime.store, { executionId: paid });
  if (approval === undefined) throw new Error("nobody was asked");
  const decision = { kind: "approve" } as const;
  await runtime.runner.decide({ approvalId: approval.id, decision, by: "ann", via: "cli", note: null });
  for (let wait = 0; wait < 300; wait += 1) {
    if ((await runtime.runner.getExecution(paid)).status === "ended") break;
    await systemClock.sleep(20);
  }
  await runtime.runner.stop();
  await telemetry?.stop();
  const end = await runtime.runner.getExecution(paid);
  expect([end.outcome, end.error]).toEqual(["success", null]);
  return { runtime, asked, paid, approval, telemetry };
}

test("without an endpoint nothing of OpenTelemetry is loaded, with one it is", async () => {
  const door = new URL("../../src/runtime/index.ts", import.meta.url).href;
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
    const count = () => loaded.filter((url) => url.includes("/@opentelemetry/")).length;
    const { startTelemetry } = await import(${JSON.stringify(door)});
    const none = await startTelemetry({}, { environment: {} });
    const before = count();
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" };
    await startTelemetry({}, { environment }).catch(() => {});
    console.log(JSON.stringify([none, before, count() > 0]));
    process.exit();
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  expect(JSON.parse(stdout)).toEqual([null, 0, true]);
});

test("executions are sent as spans with the journal's times, and model calls as figures", async () => {
  const collector = await openCollector();
  const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
  const { runtime, asked, approval } = await run(environment);
  const spans = collector.spans();
  const agents = spans.filter(({ name }) => name.startsWith("invoke_agent"));
  expect(agents.map(({ name, kind }) => [name, kind])).toEqual([
    ["invoke_agent asker", 1],
    ["invoke_agent payer", 1],
    ["invoke_agent payer", 1],
  ]);
  const [asker, parked, resumed] = agents;
  expect(parked.traceId).toBe(resumed.traceId);
  expect(attributesOf(parked)).toMatchObject({ "hands.execution.wait_reason": "approval" });
  expect(parked.events).toMatchObject([{ name: "hands.approval.requested" }]);
  expect(attributesOf(resumed)).toMatchObject({ "hands.execution.outcome": "success" });

  const chat = spans.find(({ name }) => name.startsWith("chat "));
  const [step] = (await listSteps(runtime.store, asked)).filter(({ kind }) => kind === "model");
  expect(chat).toMatchObject({ kind: 3, traceId: asker.traceId, parentSpanId: asker.spanId });
  expect(chat.startTimeUnixNano).toBe(`${step?.started_at}000000`);
  expect(chat.endTimeUnixNano).toBe(`${step?.completed_at}000000`);
  expect(attributesOf(chat)).toMatchObject({
    "gen_ai.operation.name": "chat",
    "gen_ai.usage.input_tokens": step?.input_tokens,
    "gen_ai.usage.output_tokens": step?.output_tokens,
  });

  const tool = spans.find(({ name }) => name === "execute_tool pay");
  expect(tool).toMatchObject({ kind: 1, traceId: resumed.traceId, parentSpanId: resumed.spanId });
  expect(attributesOf(tool)).toMatchObject({
    "gen_ai.tool.name": "pay",
    "hands.approval.id": approval.id,
    "hands.approval.status": "approved",
  });
  const names = collector.metrics().map(({ name, unit }) => `${name} ${unit}`);
  expect(names.sort()).toEqual(["gen_ai.client.operation.duration s", "gen_ai.client.token.usage {token}"]);
  expect(JSON.stringify(collector.bodies)).not.toContain("very answer");
});

test("what was said is sent where that is asked for, and only to the signal that has an endpoint", async () => {
  const collector = await openCollector();
  await run({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.endpoint}/v1/traces`,
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: "true",
  });
  expect(JSON.stringify(collector.spans())).toContain("the very answer");
  expect(collector.metrics()).toEqual([]);
});
