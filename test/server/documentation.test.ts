import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { SCOPES } from "../../src/server/index.ts";
import { openServerBench } from "./server-bench.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("every metric that the page, the alerts and the dashboard name is there, and the page names all", async () => {
  const bench = await openServerBench();
  const text = (await bench.get("/metrics")) as string;
  const emitted = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? ""));
  expect(emitted.size).toBeGreaterThan(15);
  const files = ["docs/monitoring.md", "deploy/prometheus-alerts.yml", "deploy/grafana-dashboard.json"];
  for (const file of files) {
    const named = [...read(file).matchAll(/\b(?:hands|process)_[a-z_]{5,}\b/g)].map(([name]) =>
      name.replace(/_(bucket|sum|count)$/, ""),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !emitted.has(name))).toEqual([]);
  }
  const page = read("docs/monitoring.md");
  expect([...emitted].filter((name) => !page.includes(name))).toEqual([]);
});

test("the page of the API names every scope, and only addresses that are there", async () => {
  const bench = await openServerBench();
  const page = read("docs/api.md");
  for (const scope of SCOPES) expect(page).toContain(`| \`${scope}\` |`);
  const { paths } = (await bench.get("/openapi.json")) as { paths: Record<string, unknown> };
  const known = Object.keys(paths);
  const named = [...page.matchAll(/`(?:(?:GET|POST|DELETE) )?(\/api\/[a-z/{}]+)`/g)].map(
    ([, path]) => path ?? "",
  );
  expect(named.length).toBeGreaterThan(15);
  expect(named.filter((path) => !known.includes(path))).toEqual([]);
});
