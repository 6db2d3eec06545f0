import { expect, test } from "vitest";
import type { HandsServer } from "../../src/server/index.ts";
import { ECHO, openServerBench, PAYER } from "./server-bench.ts";

async function logIn(server: HandsServer): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const response = await server.request(await server.createLoginLink());
  expect(response.status).toBe(303);
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";");
  const session = await server.request("http://127.0.0.1/api/session", { headers: { cookie } });
  return { cookie, csrf: ((await session.json()) as { csrfToken: string }).csrfToken };
}

test("nothing is answered to nobody, but what says nothing", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const response = await bench.server.request("http://127.0.0.1/openapi.json");
  const { paths } = (await response.json()) as {
    paths: Record<string, Record<string, { security: unknown[] }>>;
  };
  let asked = 0;
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { security }] of Object.entries(methods)) {
      if (security.length === 0) continue;
      asked += 1;
      const answer = await bench.ask(method.toUpperCase(), path.replace(/\{\w+\}/g, "x"), { token: null });
      expect([path, answer.status]).toEqual([path, 401]);
    }
  }
  expect(asked).toBeGreaterThan(30);
  for (const path of ["/healthz", "/readyz", "/openapi.json", "/"]) {
    expect((await bench.server.request(`http://127.0.0.1${path}`)).status).toBe(200);
  }
});

test("a token does what its scopes say and nothing else", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO, payer: PAYER } });
  const { executionId } = (await bench.post("/api/hands/payer/trigger")).json;
  await bench.rest(executionId);
  const [approval] = ((await bench.get("/api/approvals")) as { items: { id: string }[] }).items;
  const attempts = [
    ["read", "GET", "/api/hands"],
    ["trigger", "POST", "/api/hands/echo/trigger"],
    ["decide", "POST", `/api/approvals/${approval?.id}/reject`],
    ["admin", "GET", "/api/tokens"],
  ] as const;
  for (const scope of ["read", "trigger", "decide"] as const) {
    const token = await bench.token(scope);
    for (const [needed, method, address] of attempts) {
      if (needed === scope) continue;
      const answer = await bench.ask(method, address, { token, ...(method === "POST" ? { body: {} } : {}) });
      expect([scope, needed, answer.status, answer.json.error.code]).toEqual([scope, needed, 403, "denied"]);
    }
  }
});

test("a revoked token is worth nothing at once, and so are the sessions it opened", async () => {
  const { ask, server, token } = await openServerBench();
  const created = await ask("POST", "/api/tokens", { body: { name: "script", scopes: ["read"] } });
  expect(created.status).toBe(201);
  const { secret } = created.json;
  const login = await ask("POST", "/api/login", { token: null, body: { token: secret } });
  expect(login.status).toBe(200);
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  const asSession = () => server.request("http://127.0.0.1/api/hands", { headers: { cookie } });
  expect((await asSession()).status).toBe(200);
  expect((await ask("GET", "/api/hands", { token: secret })).status).toBe(200);
  await ask("DELETE", `/api/tokens/${created.json.token.id}`);
  expect((await ask("GET", "/api/hands", { token: secret })).status).toBe(401);
  expect((await asSession()).status).toBe(401);
  const list = await ask("GET", "/api/tokens");
  expect(JSON.stringify(list.json)).not.toContain(secret);
  expect(await token("read")).toMatch(/^hands_[\w-]{43}$/);
});

test("a login link works once; its cookie is HttpOnly and for this site alone", async () => {
  const { server } = await openServerBench();
  const link = await server.createLoginLink();
  const first = await server.request(link);
  const cookie = first.headers.get("set-cookie") ?? "";
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  const second = await server.request(link);
  expect(second.status).toBe(401);
  expect(second.headers.get("set-cookie")).toBeNull();
});

test("a session changes something only with its CSRF token, and decides under the operator's name", async () => {
  const bench = await openServerBench({ hands: { payer: PAYER } });
  const { cookie, csrf } = await logIn(bench.server);
  const post = (address: string, headers: Record<string, string>) =>
    bench.ask("POST", address, { token: null, body: {}, headers: { cookie, ...headers } });
  expect((await post("/api/hands/payer/trigger", {})).status).toBe(403);
  expect((await post("/api/hands/payer/trigger", { "x-hands-csrf": "0".repeat(64) })).status).toBe(403);
  const started = await post("/api/hands/payer/trigger", { "x-hands-csrf": csrf });
  expect(started.status).toBe(202);
  await bench.rest(started.json.executionId);
  const [approval] = ((await bench.get("/api/approvals")) as { items: { id: string }[] }).items;
  const decided = await post(`/api/approvals/${approval?.id}/approve`, { "x-hands-csrf": csrf });
  expect(decided.json.approval).toMatchObject({ resolvedBy: "ann", resolvedVia: "dashboard" });
  const out = await post("/api/logout", { "x-hands-csrf": csrf });
  expect(out.json.hasChanged).toBe(true);
  expect((await bench.ask("GET", "/api/hands", { token: null, headers: { cookie } })).status).toBe(401);
});

test("another origin's page, a rebinding host and another site's request are refused", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const { cookie, csrf } = await logIn(bench.server);
  const withCsrf = { cookie, "x-hands-csrf": csrf };
  const refused: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "http://127.0.0.1:9999" },
    { origin: "null" },
    { host: "evil.example" },
    { host: "127.0.0.1.evil.example" },
    { host: "localhost.evil.example:80" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of refused) {
    for (const method of ["GET", "POST"]) {
      const answer = await bench.ask(method, `/api/hands${method === "POST" ? "/echo/trigger" : ""}`, {
        token: null,
        headers: { ...withCsrf, ...headers },
        ...(method === "POST" ? { body: {} } : {}),
      });
      expect([headers, answer.status, answer.json.error.code]).toEqual([headers, 403, "denied"]);
    }
  }
  const own = { ...withCsrf, origin: "http://127.0.0.1", "sec-fetch-site": "same-origin" };
  expect(
    (await bench.ask("POST", "/api/hands/echo/trigger", { token: null, body: {}, headers: own })).status,
  ).toBe(202);
});

test("a thousand failed logins are refused, most of them unread, and the right token still works", async () => {
  const { ask, token } = await openServerBench();
  const statuses = new Map<number, number>();
  for (let index = 0; index < 1000; index += 1) {
    const { status } = await ask("POST", "/api/login", { token: null, body: { token: `hands_${index}` } });
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  expect(statuses.get(200)).toBeUndefined();
  expect(statuses.get(401)).toBeLessThan(40);
  expect(statuses.get(429)).toBeGreaterThan(900);
  const good = await token("read");
  expect((await ask("POST", "/api/login", { token: null, body: { token: good } })).status).toBe(200);
});

test("decisions are limited, for each who decides", async () => {
  const bench = await openServerBench();
  const statuses: number[] = [];
  for (let index = 0; index < 130; index += 1) {
    statuses.push((await bench.post(`/api/approvals/none${index}/approve`)).status);
  }
  expect(statuses.slice(0, 100).every((status) => status === 404)).toBe(true);
  expect(statuses.at(-1)).toBe(429);
  const other = await bench.token("decide");
  expect((await bench.ask("POST", "/api/approvals/x/approve", { token: other, body: {} })).status).toBe(404);
});

test("every answer forbids foreign hosts, frames and guesses about its type", async () => {
  const bench = await openServerBench();
  for (const path of ["/", "/api/hands", "/nothing", "/openapi.json"]) {
    const { headers } = await bench.server.request(`http://127.0.0.1${path}`);
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  }
});
