import { expect, test } from "vitest";
import { ECHO, openServerBench, PAYER } from "./server-bench.ts";

test("metrics are what Prometheus reads, count what happened, and name no execution", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO, payer: PAYER } });
  const { executionId } = (await bench.post("/api/hands/echo/trigger")).json;
  await bench.rest(executionId);
  await bench.rest((await bench.post("/api/hands/payer/trigger")).json.executionId);
  const text = (await bench.get("/metrics")) as string;
  for (const line of text.trimEnd().split("\n")) {
    expect(line).toMatch(
      /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+.\deInfNa]+)$/,
    );
  }
  const names = text.match(/^# TYPE (\S+)/gm) ?? [];
  expect(new Set(names).size).toBe(names.length);
  expect(text).toContain('hands_runs_total{hand="echo",outcome="success"} 1');
  expect(text).toContain("hands_approvals_pending 1");
  expect(text).toContain('hands_executions_open{status="waiting",reason="approval"} 1');
  expect(text).toContain('route="/api/hands/:name/trigger",status="202"');
  expect(text).not.toContain(executionId);
});

test("it is healthy while it runs and not ready while it stops", async () => {
  const bench = await openServerBench();
  expect((await bench.ask("GET", "/readyz", { token: null })).json).toEqual({ status: "ok" });
  await bench.server.stop();
  const answer = await bench.ask("GET", "/readyz", { token: null });
  expect([answer.status, answer.json]).toEqual([503, { status: "stopping" }]);
});

test("what a hand says is data and never markup, and no answer has a stack or a secret", async () => {
  const evil = "<img src=x onerror=alert(1)>";
  const hand = {
    "HAND.toml": `[hand]\nname = "evil"\ndescription = "${evil}"\ntrigger = "manual"\n`,
    "hand.ts": `export default async () => ${JSON.stringify(`${evil}</script><script>alert(1)</script>`)};\n`,
  };
  const bench = await openServerBench({
    hands: { evil: hand },
    config: { secrets: { KEY: "s3cr3t-value" } },
  });
  const { executionId } = (await bench.post("/api/hands/evil/trigger", { input: evil })).json;
  await bench.rest(executionId);
  for (const address of [
    `/api/executions/${executionId}`,
    "/api/hands",
    "/api/hands/evil",
    "/api/settings",
  ]) {
    const answer = await bench.ask("GET", address);
    expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(JSON.stringify(answer.json)).not.toContain("s3cr3t-value");
  }
  const missing = await bench.ask("GET", `/api/hands/${encodeURIComponent(evil)}`);
  expect(missing.headers.get("content-type")).toMatch(/^application\/json/);
  const page = await bench.server.request(`http://127.0.0.1/login?code=${encodeURIComponent(evil)}`);
  expect(await page.text()).not.toContain("onerror");
  const bad = await bench.post("/api/hands/evil/trigger", "not an object");
  expect(JSON.stringify(bad.json)).not.toMatch(/\.ts:|at .*\(/);
});
