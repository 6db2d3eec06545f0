import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { createChannels, listChannelSecrets } from "../../src/runtime/create-channels.ts";
import { loadProjectConfig } from "../../src/runtime/index.ts";
import { readProjectFile } from "../../src/runtime/read-project-file.ts";

/** A variable for every secret that a text names. */
function setSecrets(text: string): Record<string, string> {
  const names = [...text.matchAll(/\{ env = "(\w+)" \}/g)].map(([, name = ""]) => name);
  return Object.fromEntries(
    names.map((name) => {
      if (name.includes("WEBHOOK_URL")) return [name, `https://hooks.example.com/${name}/canary-of-${name}`];
      if (name.startsWith("TELEGRAM")) return [name, `123:canary-of-${name}`];
      const bytes = Buffer.from(`canary-of-${name}`.padEnd(32, "x"));
      return [
        name,
        name === "OPS_WEBHOOK_SECRET" ? `whsec_${bytes.toString("base64")}` : `canary-of-${name}`,
      ];
    }),
  );
}

async function load(text: string, environment = setSecrets(text), withSecrets = true) {
  const cwd = mkdtempSync(path.join(tmpdir(), "hands-channels-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(path.join(cwd, "hands.toml"), text);
  const { config } = await loadProjectConfig({ flags: {}, environment, cwd, withSecrets });
  return config;
}

const page = readFileSync(new URL("../../docs/channels.md", import.meta.url), "utf8");
const examples = [...page.matchAll(/```toml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

test("every example of docs/channels.md makes its channels, of each kind, and shows no secret as a destination", async () => {
  const kinds: string[] = [];
  for (const text of examples) {
    expect(readProjectFile(text, "hands.toml").diagnostics, text).toEqual([]);
    const config = await load(text);
    const channels = createChannels(config, { clock: systemClock, logger: silentLogger });
    expect(channels.names.length).toBeGreaterThan(0);
    for (const { name, type } of config.channels) {
      const channel = channels.find(name);
      const shape = [
        type,
        channel?.requests?.listen === undefined ? null : "listens",
        channel?.requests?.receive === undefined ? null : "receives",
      ];
      kinds.push(shape.filter((part) => part !== null).join(" "));
      expect(channel?.destination).not.toMatch(/canary/);
      expect(channel?.check === undefined).toBe(type === "webhook");
      expect(channel?.notify).toBeDefined();
    }
  }
  expect(kinds).toEqual([
    "telegram listens",
    "slack listens",
    "slack receives",
    "slack",
    "discord",
    "discord receives",
    "ntfy",
    "ntfy",
    "email",
    "webhook",
  ]);
});

test("every secret of every channel is known to whoever hides secrets", async () => {
  for (const text of examples) {
    const environment = setSecrets(text);
    const secrets = listChannelSecrets((await load(text, environment)).channels);
    expect(secrets).toEqual(expect.arrayContaining(Object.values(environment)));
  }
});

test("a command that only looks needs none of the secrets", async () => {
  for (const text of examples) {
    const config = await load(text, {}, false);
    expect(config.channels.length).toBeGreaterThan(0);
  }
});

test.each([
  ['type = "telegram"\ntoken = { env = "S" }\nchat_id = 1\n', "canary", "@BotFather"],
  ['type = "slack"\nwebhook = { env = "S" }\n', "canary", "http or https"],
  ['type = "ntfy"\ntopic = "x"\ntoken = { env = "S" }\n', "canary with a space", "space"],
])("a secret of a form that cannot be is refused, and not repeated: %j", async (text, value, expected) => {
  const failure = await load(`[channels.c]\n${text}`, { S: value }).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: "invalid_configuration",
    message: expect.stringContaining(expected),
  });
  expect(JSON.stringify(failure)).not.toContain("canary");
});
