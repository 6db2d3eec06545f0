import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPlatform } from "../channels/fake-platform.ts";
import { createCliProject } from "./cli-project.ts";

test("init makes a project with no questions, which doctor and validate then accept", async () => {
  const project = await createCliProject();
  const ran = await project.hands(["init", "--json"]);
  expect([ran.exitCode, ran.json()]).toEqual([
    0,
    {
      created: [
        join(project.dir, "hands.toml"),
        join(project.dir, "hands/disk-report"),
        join(project.dir, ".gitignore"),
      ],
      changed: [],
      kept: [],
    },
  ]);
  expect(await project.read(".gitignore")).toContain("data/\n");
  const doctor = await project.hands(["doctor"]);
  expect(doctor.exitCode, doctor.stdout).toBe(0);
});

test("every key of the written hands.toml can be taken out of its comment", async () => {
  const project = await createCliProject();
  await project.hands(["init", "--yes"]);
  const text = await project.read("hands.toml");
  const uncommented = text
    .split("\n")
    .map((line) => line.replace(/^# (?=(\[|\w+ = ))/, ""))
    .join("\n");
  expect(uncommented).not.toBe(text);
  await project.write("hands.toml", uncommented);
  const ran = await project.hands(["list"]);
  expect(ran.exitCode, ran.stderr).toBe(0);
});

test("init overwrites nothing", async () => {
  const project = await createCliProject({ "hands.toml": "# mine\n", ".gitignore": "node_modules" });
  const ran = await project.hands(["init", "--yes"]);
  expect(ran.exitCode).toBe(0);
  expect(await project.read("hands.toml")).toBe("# mine\n");
  expect(await project.read(".gitignore")).toBe("node_modules\ndata/\nbackups/\n");
  expect(ran.stdout).toContain("kept");
  await project.hands(["init", "--yes"]);
  expect(await project.read(".gitignore")).toBe("node_modules\ndata/\nbackups/\n");
});

test("new refuses names and schedules that cannot be, and folders that are there", async () => {
  const project = await createCliProject({ "hands/taken/note.txt": "mine" });
  for (const args of [["../out"], ["two words"], ["good", "--schedule", "every day"]]) {
    const ran = await project.hands(["new", ...args]);
    expect([ran.exitCode, ran.stdout], args.join(" ")).toEqual([2, ""]);
    expect(ran.stderr).toContain("error[invalid_manifest]");
  }
  expect((await project.hands(["new", "taken"])).exitCode).toBe(2);
  expect(existsSync(join(project.dir, "hands/good"))).toBe(false);
  expect(existsSync(join(project.dir, "hands/taken/HAND.toml"))).toBe(false);
});

test("doctor fails on what is broken, and says what to do", async () => {
  const project = await createCliProject({ "hands/x/HAND.toml": "[hand]\ntrigger = 5\n" });
  const ran = await project.hands(["doctor", "--json"]);
  const { ok, checks } = ran.json() as { ok: boolean; checks: { name: string; status: string }[] };
  expect([ran.exitCode, ok]).toEqual([1, false]);
  expect(checks.find(({ name }) => name === "hands")?.status).toBe("failed");
  expect(checks.map(({ name }) => name)).toEqual([
    "node",
    "clock",
    "configuration",
    "database",
    "disk",
    "files",
    "server",
    "port",
    "hands",
    "secrets",
    "model",
    "approvers",
    "sandbox",
  ]);
});

test("doctor asks each channel's platform, sends nothing, and shows no token", async () => {
  const platform = await openPlatform(({ path }) =>
    path.startsWith("/bot")
      ? { status: 401, json: { ok: false, error_code: 401, description: "Unauthorized" } }
      : { json: { healthy: true } },
  );
  const project = await createCliProject({
    "hands.toml": `[channels.pager]
type = "ntfy"
topic = "alerts"
base_url = "${platform.url}"

[channels.phone]
type = "telegram"
token = { file = "token" }
chat_id = 42
base_url = "${platform.url}"
`,
    token: "123:canary-4711\n",
  });
  const ran = await project.hands(["doctor", "--json"]);
  const { checks } = ran.json() as { checks: { name: string; status: string; hint: string | null }[] };
  expect(checks.find(({ name }) => name === "channel pager")).toMatchObject({ status: "ok" });
  expect(checks.find(({ name }) => name === "channel phone")).toMatchObject({
    status: "failed",
    hint: expect.stringContaining("@BotFather"),
  });
  expect(ran.stdout + ran.stderr).not.toContain("canary-4711");
  expect(platform.requests.map(({ path }) => path.split("/").at(-1))).toEqual(["health", "getMe"]);
});
