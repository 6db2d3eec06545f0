import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { HandsError } from "../../src/core/index.ts";
import { readAudit } from "../../src/runtime/audit/read-audit.ts";
import type { LoadProjectOptions } from "../../src/runtime/index.ts";
import { loadProjectConfig } from "../../src/runtime/index.ts";
import { readProjectFile } from "../../src/runtime/read-project-file.ts";

/** Loads the configuration of a folder with this file. */
async function createLoader(text: string | null) {
  const cwd = await mkdtemp(join(tmpdir(), "hands-config-"));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  if (text !== null) await writeFile(join(cwd, "hands.toml"), text);
  const load = (options: Partial<LoadProjectOptions> = {}) =>
    loadProjectConfig({ flags: {}, environment: {}, cwd, ...options });
  return { cwd, load };
}

async function failureOf(work: Promise<unknown>): Promise<HandsError> {
  return await work.then(
    () => {
      throw new Error("it did not fail");
    },
    (error) => error as HandsError,
  );
}

test("without a file everything has its default, below the current folder", async () => {
  const { cwd, load } = await createLoader(null);
  const { config, diagnostics, origins } = await load();
  expect(diagnostics).toEqual([]);
  expect(origins).toEqual({ hands: "default", db: "default" });
  expect(config).toEqual({
    audit: null,
    projectDir: cwd,
    configPath: null,
    mcp: {},
    toolsDir: join(cwd, "tools"),
    handsDir: join(cwd, "hands"),
    db: join(cwd, "data/hands.db"),
    dataDir: join(cwd, "data"),
    server: expect.objectContaining({ host: "127.0.0.1", port: 4263 }),
    model: { name: null, baseUrl: null, apiKey: null, providers: {} },
    modelPrices: {},
    policy: { deny: [], allowsAutoApprove: true, approvers: [] },
    notify: null,
    alerts: { isEnabled: true, channels: null, digest: { at: "09:00", timezone: "UTC" } },
    channels: [],
    secrets: {},
    retention: expect.objectContaining({ keepNewest: 20, eventsMs: null, executionsMs: null }),
    maxConcurrent: 10,
  });
});

test("every key of the file arrives", async () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
  const { cwd, load } = await createLoader(`
hands_dir = "agents"
db = "state/hands.db"
data_dir = "files"
max_concurrent = 3
[server]
host = "0.0.0.0"
port = 0
[model]
name = "openai/gpt-5"
base_url = "https://models.example.com/v1"
api_key = { env = "KEY" }
[model.providers.groq]
base_url = "https://groq.example.com/v1"
api_key = { file = "groq.key" }
[model.prices."openai/gpt-5"]
input = 1.5
output = 10
[policy]
deny = ["shell", "pay_*"]
auto_approve = false
approvers = ["telegram:1"]
notify = ["ops"]
[alerts]
channels = ["ops"]
digest = "07:30"
timezone = "Europe/Berlin"
[channels.ops]
type = "webhook"
url = "https://example.com/hook"
secret = { env = "OPS" }
[secrets]
TOKEN = { env = "THE_TOKEN" }
`);
  await writeFile(join(cwd, "groq.key"), "gsk-1\n", { mode: 0o600 });
  const { config, diagnostics } = await load({ environment: { KEY: "sk-1", OPS: secret, THE_TOKEN: "t-1" } });
  expect(diagnostics).toEqual([]);
  expect(config).toMatchObject({
    handsDir: join(cwd, "agents"),
    db: join(cwd, "state/hands.db"),
    dataDir: join(cwd, "files"),
    maxConcurrent: 3,
    server: { host: "0.0.0.0", port: 0 },
    model: {
      name: "openai/gpt-5",
      baseUrl: "https://models.example.com/v1",
      apiKey: "sk-1",
      providers: { groq: { baseUrl: "https://groq.example.com/v1", apiKey: "gsk-1" } },
    },
    modelPrices: { "openai/gpt-5": { inputUsdPerMillionTokens: 1.5, outputUsdPerMillionTokens: 10 } },
    policy: { deny: ["shell", "pay_*"], allowsAutoApprove: false, approvers: ["telegram:1"] },
    notify: ["ops"],
    alerts: { isEnabled: true, channels: ["ops"], digest: { at: "07:30", timezone: "Europe/Berlin" } },
    channels: [{ type: "webhook", name: "ops", url: "https://example.com/hook", secret }],
    secrets: { TOKEN: "t-1" },
  });
});

test("a flag goes before HANDS_*, that before DATABASE_URL, that before the file, that before the default", async () => {
  const { cwd, load } = await createLoader('hands_dir = "c"\ndb = "c.db"\n[server]\nport = 3\n');
  const environment = {
    HANDS_HANDS_DIR: "b",
    HANDS_DB: "b.db",
    HANDS_PORT: "2",
    HANDS_HOST: "::1",
    DATABASE_URL: "postgres://localhost/d",
  };
  const flags = { hands: "a", db: "a.db", port: 1 };
  const byFlag = await load({ flags, environment });
  expect([byFlag.config.handsDir, byFlag.config.db, byFlag.config.server.port]).toEqual([
    join(cwd, "a"),
    join(cwd, "a.db"),
    1,
  ]);
  const byVariable = await load({ environment });
  expect([byVariable.config.handsDir, byVariable.config.db]).toEqual([join(cwd, "b"), join(cwd, "b.db")]);
  expect(byVariable.config.server).toMatchObject({ host: "::1", port: 2 });
  expect(byVariable.origins).toEqual({ hands: "HANDS_HANDS_DIR", db: "HANDS_DB" });
  const byUrl = await load({ environment: { ...environment, HANDS_DB: "" } });
  expect(byUrl.config.db).toBe("postgres://localhost/d");
  expect(byUrl.config.dataDir).toBe(join(cwd, "data"));
  const byFile = await load();
  expect([byFile.config.handsDir, byFile.config.db, byFile.config.server.port]).toEqual([
    join(cwd, "c"),
    join(cwd, "c.db"),
    3,
  ]);
});

test("paths of a file elsewhere are relative to that file", async () => {
  const { cwd, load } = await createLoader(null);
  await mkdir(join(cwd, "etc"));
  await writeFile(join(cwd, "etc/project.toml"), 'hands_dir = "agents"\n');
  for (const options of [
    { flags: { config: "etc/project.toml" } },
    { environment: { HANDS_CONFIG: "etc/project.toml" } },
  ]) {
    const { config } = await load(options);
    expect(config.configPath).toBe(join(cwd, "etc/project.toml"));
    expect(config.handsDir).toBe(join(cwd, "etc/agents"));
    expect(config.db).toBe(join(cwd, "etc/data/hands.db"));
  }
});

test("a file that was named and is not there is an error, not a default", async () => {
  const { load } = await createLoader(null);
  const error = await failureOf(load({ flags: { config: "missing.toml" } }));
  expect(error.code).toBe("invalid_configuration");
  expect(error.exitCode).toBe(2);
});

test("a broken file throws with every diagnostic", async () => {
  const { load } = await createLoader('[policy]\ndenied = ["shell"]\nauto_approve = "no"\n');
  const error = await failureOf(load());
  expect(error.message).toContain("hands.toml:2:1");
  expect(error.message).toContain("and 1 more");
  expect(error.details["diagnostics"]).toHaveLength(2);
});

test("a configured key that is not there is an error, so that no other key is used in its place", async () => {
  const { load } = await createLoader('[model]\nname = "openai/gpt-5"\napi_key = { env = "MY_KEY" }\n');
  const error = await failureOf(load({ environment: { OPENAI_API_KEY: "sk-other" } }));
  expect(error.message).toContain("MY_KEY is not set");
});

test("a secret of [secrets] that is not there is a warning, and no variable of its name is taken for it", async () => {
  const { load } = await createLoader('[secrets]\nTOKEN = { env = "OTHER" }\n');
  const { config, diagnostics } = await load({ environment: { TOKEN: "not this one" } });
  expect(config.secrets).toEqual({ TOKEN: "" });
  expect(diagnostics).toMatchObject([{ severity: "warning", code: "missing_secret", line: 2 }]);
});

test("a command that only looks reads no secret, and none has to be there", async () => {
  const { load } = await createLoader(
    '[model]\napi_key = { env = "NOT_SET" }\n[channels.ops]\ntype = "webhook"\nurl = "https://x.example"\nsecret = { file = "none" }\n',
  );
  const { config } = await load({ withSecrets: false });
  expect(config.model.apiKey).toBe("unread");
  expect(config.channels).toMatchObject([{ name: "ops", secret: "unread" }]);
});

test("a file that every user can read is warned of", async () => {
  const { cwd, load } = await createLoader('[secrets]\nTOKEN = { file = "token" }\n');
  await writeFile(join(cwd, "token"), "t-1\n");
  await chmod(join(cwd, "token"), 0o644);
  const open = await load();
  expect(open.config.secrets).toEqual({ TOKEN: "t-1" });
  expect(open.diagnostics).toMatchObject([{ severity: "warning", code: "readable_secret" }]);
  await chmod(join(cwd, "token"), 0o600);
  expect((await load()).diagnostics).toEqual([]);
});

test("a webhook's secret that is none is refused without being shown", async () => {
  const { load } = await createLoader(
    '[channels.ops]\ntype = "webhook"\nurl = "https://x.example"\nsecret = { env = "S" }\n',
  );
  const error = await failureOf(load({ environment: { S: "too-short" } }));
  expect(error.message).toContain("whsec_");
  expect(JSON.stringify(error.details)).not.toContain("too-short");
});

test("HANDS_MODEL takes no key to a provider that it does not belong to", async () => {
  const { load } = await createLoader(
    '[model]\nname = "openai/gpt-5"\nbase_url = "https://models.example.com/v1"\napi_key = { env = "KEY" }\n',
  );
  const environment = { KEY: "sk-1", HANDS_MODEL: "ollama/qwen3" };
  const { config } = await load({ environment });
  expect(config.model).toEqual({
    name: "ollama/qwen3",
    baseUrl: null,
    apiKey: null,
    providers: { openai: { baseUrl: "https://models.example.com/v1", apiKey: "sk-1" } },
  });
  const same = await load({ environment: { ...environment, HANDS_MODEL: "openai/gpt-5-mini" } });
  expect(same.config.model).toMatchObject({ name: "openai/gpt-5-mini", apiKey: "sk-1" });
});

test.each([
  [{ DATABASE_URL: "mysql://root:pw@host/x" }, "DATABASE_URL"],
  [{ HANDS_DB: "redis://:pw@host" }, "HANDS_DB"],
  [{ HANDS_PORT: "http" }, "HANDS_PORT"],
])("%j is refused by name, without its value where that may hold a password", async (environment, name) => {
  const { load } = await createLoader(null);
  const error = await failureOf(load({ environment }));
  expect(error.code).toBe("invalid_configuration");
  expect(error.message).toContain(name);
  expect(error.message).not.toContain("pw");
});

test("[audit] anchors in a file below the project, a channel or both, once a day unless it says otherwise", async () => {
  const { file, diagnostics } = readProjectFile(
    '[audit]\nanchor = { file = "anchors.jsonl" }\n',
    "hands.toml",
  );
  expect(diagnostics).toEqual([]);
  expect(readAudit(file?.audit, "/project")).toEqual({
    anchorFile: "/project/anchors.jsonl",
    anchorChannel: null,
    everyMs: 86_400_000,
  });
  for (const wrong of ["{}", '{ file = "x", every = "1s" }', '{ files = "x" }', "true"]) {
    const read = readProjectFile(`[audit]\nanchor = ${wrong}\n`, "hands.toml");
    expect(
      read.diagnostics.some(({ severity }) => severity === "error"),
      wrong,
    ).toBe(true);
  }
});
