import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "vitest";
import { describe, expect, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { createScriptedModel, createScriptedProvider } from "../../src/models/index.ts";
import type { ProjectConfig } from "../../src/runtime/index.ts";
import { createRuntime } from "../../src/runtime/index.ts";
import type { Store } from "../../src/store/index.ts";
import { listExecutions, readEvents } from "../../src/store/index.ts";

type OnTestFinished = TestContext["onTestFinished"];

/** A project on disk with one hand, whose runtimes come and go. */
function createProject(onTestFinished: OnTestFinished, event: string, more = "") {
  const dir = mkdtempSync(path.join(tmpdir(), "hands-files-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  const folder = path.join(dir, "hands", "reader");
  mkdirSync(folder, { recursive: true });
  mkdirSync(path.join(dir, "inbox"));
  const text = `[hand]\nname = "reader"\n[triggers]\nevents = ["${event}"]\n${more}`;
  writeFileSync(path.join(folder, "HAND.toml"), text);
  writeFileSync(path.join(folder, "hand.ts"), "export default async (hand) => hand.input.path;\n");
  const config: ProjectConfig = {
    projectDir: dir,
    configPath: null,
    handsDir: path.join(dir, "hands"),
    db: path.join(dir, "data", "hands.db"),
    dataDir: path.join(dir, "data"),
    server: { host: "127.0.0.1", port: 0 },
    model: { name: null, baseUrl: null, apiKey: null },
    modelPrices: {},
    policy: { deny: [], allowsAutoApprove: true, approvers: [] },
    channels: [],
    secrets: {},
    maxConcurrent: 10,
  };
  const models = createScriptedProvider(
    createScriptedModel({ replies: [], price: null, clock: systemClock }),
  );
  return {
    put: (name: string, content: string) => writeFileSync(path.join(dir, "inbox", name), content),
    append: (name: string, content: string) => appendFileSync(path.join(dir, "inbox", name), content),
    remove: (name: string) => rmSync(path.join(dir, "inbox", name)),
    async open() {
      const runtime = await createRuntime({ config, models, logger: silentLogger });
      onTestFinished(() => runtime.stop());
      await runtime.start({ worker: false });
      return runtime;
    },
  };
}

/** The inputs of what was started, oldest first, once there are so many. */
async function started(store: Store, count: number) {
  for (let attempt = 0; ; attempt += 1) {
    const rows = await listExecutions(store, { limit: 100 });
    if (rows.length >= count || attempt === 300)
      return rows.map((row) => JSON.parse(row.input_json ?? "null")).reverse();
    await systemClock.sleep(100);
  }
}

/** Longer than two looks. */
const looks = () => systemClock.sleep(2600);

// Most of their time is a look that has to pass.
describe.concurrent("files that start hands", () => {
  test("a file that appears starts the hand once, one that was there does not, an edit starts it again", async ({
    onTestFinished,
  }) => {
    const project = createProject(onTestFinished, "file:inbox/*.csv");
    project.put("old.csv", "old");
    const { store } = await project.open();
    project.put("new.csv", "12345");
    project.put("other.txt", "x");
    project.put(".hidden.csv", "x");
    const modifiedAt = expect.stringMatching(/^\d{4}-.*Z$/);
    const first = { path: "inbox/new.csv", sizeBytes: 5, modifiedAt };
    expect(await started(store, 1)).toEqual([first]);
    await looks();
    expect(await started(store, 1)).toEqual([first]);
    project.append("new.csv", "678");
    project.append("old.csv", "er");
    const paths = (await started(store, 3)).map((input) => [input.path, input.sizeBytes]);
    expect(paths.sort()).toEqual([
      ["inbox/new.csv", 5],
      ["inbox/new.csv", 8],
      ["inbox/old.csv", 5],
    ]);
    const [row] = await listExecutions(store, { limit: 1 });
    expect(row).toMatchObject({ trigger: "event", event_id: expect.stringMatching(/^file:[0-9a-f]{64}$/) });
    expect(row?.is_untrusted).toBe(1);
    await systemClock.sleep(600);
    const events = await readEvents(store, { afterPosition: 0, limit: 1000 });
    expect(events.filter(({ type }) => type === "file.appeared").map(({ data }) => data)).toContainEqual(
      first,
    );
  });

  test("a file that is being written starts nothing before it is whole", async ({ onTestFinished }) => {
    const project = createProject(onTestFinished, "file:inbox/*");
    const { store } = await project.open();
    for (let part = 0; part < 14; part += 1) {
      project.append("slow.bin", "0123456789");
      await systemClock.sleep(250);
      expect(await listExecutions(store, { limit: 10 })).toEqual([]);
    }
    expect(await started(store, 1)).toMatchObject([{ sizeBytes: 140 }]);
  });

  test("over a restart nothing starts twice, and what came in between starts", async ({ onTestFinished }) => {
    const project = createProject(onTestFinished, "file:inbox/*");
    const first = await project.open();
    project.put("a", "1");
    await started(first.store, 1);
    await first.stop();
    project.put("b", "2");
    const second = await project.open();
    await started(second.store, 2);
    await looks();
    expect((await started(second.store, 2)).map((input) => input.path)).toEqual(["inbox/a", "inbox/b"]);
  });

  test("two processes on one store start a hand once for each file", async ({ onTestFinished }) => {
    const project = createProject(onTestFinished, "file:inbox/*");
    const [one] = await Promise.all([project.open(), project.open()]);
    if (one === undefined) throw new Error("no runtime");
    const names = Array.from({ length: 20 }, (_, index) => `file-${index}`);
    for (const name of names) project.put(name, name);
    await started(one.store, 20);
    await looks();
    const paths = (await started(one.store, 20)).map((input) => input.path);
    expect(paths.sort()).toEqual(names.map((name) => `inbox/${name}`).sort());
  });

  test("while a hand is disabled files start nothing, also not when it is enabled again", async ({
    onTestFinished,
  }) => {
    const project = createProject(onTestFinished, "file:inbox/*");
    const { store, registry } = await project.open();
    await registry.disable("reader");
    await looks();
    project.put("missed", "1");
    await looks();
    await registry.enable("reader");
    await looks();
    project.put("met", "2");
    expect((await started(store, 1)).map((input) => input.path)).toEqual(["inbox/met"]);
  });

  test.for<readonly [event: string, more: string, reason: string]>([
    ["file:hands/reader/*", "", "folder of the hands"],
    ["file:data/versions/*", "", "versions"],
    ["file:data/*", "", "store's own files"],
    ["file:data/hands.db*", "", "store's own files"],
    ["file:*.toml", "", "hands.toml"],
    ["file:inbox/*", '[output]\nfile_drop = "inbox/"\n', "start the next"],
    ["file:../*", "", "`..`"],
  ])(
    "%s is refused when the hand is loaded, and the reason is said",
    async ([event, more, reason], { onTestFinished }) => {
      const { registry } = await createProject(onTestFinished, event, more).open();
      const problems = registry.getProblems().get("reader") ?? [];
      expect(problems.map(({ severity, code }) => [severity, code])).toEqual([
        ["error", "invalid_file_glob"],
      ]);
      expect(problems[0]?.message).toContain(reason);
    },
  );
});
