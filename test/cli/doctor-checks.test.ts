import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { judgeSpace } from "../../src/cli/doctor/check-disk.ts";
import { checkFiles } from "../../src/cli/doctor/check-files.ts";
import { checkPort } from "../../src/cli/doctor/check-port.ts";
import { checkSecrets } from "../../src/cli/doctor/check-secrets.ts";
import { createCliProject } from "./cli-project.ts";
import { runHere } from "./run-here.ts";

/** A server that answers everything so, and notes what it was asked. */
async function openServer(status: number, body: object) {
  const asked: { path: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url, authorization: request.headers.authorization });
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return { port, baseUrl: `http://127.0.0.1:${port}/v1`, asked };
}

const KEY = "canary-model-4711";

async function examineModel(status: number, body: object, ...more: readonly string[]) {
  const server = await openServer(status, body);
  const project = await createCliProject({
    "hands.toml": `[server]\nport = 0\n[model]\nname = "openai-compatible/wise"\nbase_url = "${server.baseUrl}"\napi_key = { file = "key" }\n`,
    key: `${KEY}\n`,
  });
  const ran = await runHere(project.dir, ["doctor", "--json", ...more]);
  expect(ran.stdout + ran.stderr).not.toContain(KEY);
  const { checks } = ran.json() as { checks: { name: string; status: string; message: string }[] };
  return { ...server, exitCode: ran.exitCode, check: checks.find(({ name }) => name === "model") };
}

test("doctor asks the model's server which models it has, and no model", async () => {
  const { asked, check } = await examineModel(200, { data: [{ id: "wise" }] });
  expect(check?.status).toBe("ok");
  expect(check?.message).toContain("and has openai-compatible/wise; no model was asked");
  expect(asked).toEqual([{ path: "/v1/models", authorization: `Bearer ${KEY}` }]);
});

test.each([
  [200, { data: [{ id: "other" }] }, "failed", "does not have openai-compatible/wise", 1],
  [401, {}, "failed", "does not accept the key", 1],
  [503, {}, "failed", "fails (HTTP 503)", 1],
  [404, {}, "ok", "does not list its models", 0],
  [200, { data: [{ id: "other" }], has_more: true }, "ok", "does not list its models", 0],
])(
  "doctor says of a model's server that answers %i %j: %s",
  async (status, body, expected, text, exitCode) => {
    const found = await examineModel(status, body);
    expect([found.check?.status, found.exitCode]).toEqual([expected, exitCode]);
    expect(found.check?.message).toContain(text);
  },
);

test("doctor --offline asks nobody", async () => {
  const { asked, check } = await examineModel(200, {}, "--offline");
  expect(check).toMatchObject({ status: "note", message: expect.stringContaining("not asked") });
  expect(asked).toEqual([]);
});

test("little room is a warning, and too little a fault", () => {
  expect(judgeSpace("/data", 5e9)).toMatchObject({ status: "ok", message: "5.0 GB free in /data" });
  expect(judgeSpace("/data", 5e8)).toMatchObject({ status: "warning", message: "500 MB free in /data" });
  expect(judgeSpace("/data", 5e6).status).toBe("failed");
});

test.skipIf(process.platform === "win32")(
  "a database that others may read is warned of, with what mends it",
  async () => {
    const dir = await mkdtemp(join(tmpdir(), "hands-doctor-"));
    onTestFinished(() => rm(dir, { recursive: true }));
    const db = join(dir, "hands.db");
    await writeFile(db, "");
    await chmod(db, 0o644);
    const config = { configPath: null, handsDir: dir, db };
    expect(await checkFiles(config)).toMatchObject({ status: "warning", hint: `\`chmod 600 ${db}\`` });
    await chmod(db, 0o600);
    expect((await checkFiles(config)).status).toBe("ok");
    await chmod(dir, 0o777);
    expect((await checkFiles(config)).message).toContain(`every user may change ${dir}`);
  },
);

test("a port that another program has is warned of, and one that hands has is not", async () => {
  const { port } = await openServer(200, {});
  const place = { host: "127.0.0.1", port };
  expect(await checkPort(place, false)).toMatchObject({
    status: "warning",
    message: `127.0.0.1:${port} cannot be served: another program has it`,
  });
  expect((await checkPort(place, true)).status).toBe("ok");
  expect((await checkPort({ host: "127.0.0.1", port: 0 }, false)).status).toBe("ok");
});

test("secrets that hands name and nobody gives are named by hand, never by value", () => {
  const hands = [
    { name: "a", secrets: ["ONE", "TWO"] },
    { name: "b", secrets: ["TWO", "THREE"] },
  ];
  expect(checkSecrets(hands, { ONE: "x" }, { TWO: "y" })).toMatchObject({
    status: "warning",
    message: "hands name secrets that have no value: b: THREE",
  });
  expect(checkSecrets(hands, { ONE: "x", THREE: "z" }, { TWO: "y" }).status).toBe("ok");
});
