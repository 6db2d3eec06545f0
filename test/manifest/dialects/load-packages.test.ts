import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HandConfig } from "../../../src/manifest/index.ts";
import { convertHand, loadHandFolder, readHandTexts } from "../../../src/manifest/index.ts";
import { FIXTURES, PACKAGES, REFUSED } from "./packages.ts";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hands-dialects-"));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

async function convertTo(dir: string, out: string) {
  const conversion = await convertHand(join(dir, "HAND.toml"));
  for (const { path, text } of conversion.files) {
    await mkdir(dirname(join(out, path)), { recursive: true });
    await writeFile(join(out, path), text);
  }
  return conversion;
}

const load = (name: string) => loadHandFolder(join(FIXTURES, name));

/** What is left of a config when everything that says where its files lie is taken away. */
function withoutPlaces(hand: HandConfig | undefined) {
  if (hand === undefined) return undefined;
  const { dialect: _dialect, handDir: _dir, systemPromptPath, skillPaths, skills, ...rest } = hand;
  return {
    ...rest,
    hasPrompt: systemPromptPath !== null,
    skillCount: skillPaths.length,
    skills: skills.map(({ path: _path, ...skill }) => skill),
  };
}

const isRefused = ({ dialect, name }: (typeof PACKAGES)[number]) =>
  Object.hasOwn(REFUSED, `${dialect}/${name}`);
const runnable = PACKAGES.filter((fixture) => !isRefused(fixture)).map(
  (fixture) => [`${fixture.dialect}/${fixture.name}`, fixture] as const,
);

describe("a package of another format", () => {
  test("there are at least three of each, and enough that load and that are refused", () => {
    const counts = [...Map.groupBy(PACKAGES, ({ dialect }) => dialect).values()].map((group) => group.length);
    expect(counts).toHaveLength(9);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
    expect(runnable.length).toBeGreaterThanOrEqual(20);
    expect(PACKAGES.length - runnable.length).toBe(Object.keys(REFUSED).length);
  });

  test.each(runnable)(
    "%s loads without an error, and says of what dialect it is",
    async (_name, { dialect, dir, name }) => {
      const folder = await loadHandFolder(dir);
      expect(folder.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(folder).toMatchObject({ dialect, name, hand: { name, dialect } });
    },
  );

  test.each(runnable)(
    "%s, converted, is the same hand with the same texts, and has no problem left",
    async (path, { dir }) => {
      const out = join(root, path);
      await convertTo(dir, out);
      const [original, converted] = await Promise.all([loadHandFolder(dir), loadHandFolder(out)]);
      expect(converted.dialect).toBe("native");
      expect(converted.diagnostics.filter(({ code }) => code !== "no_system_prompt")).toEqual([]);
      expect(withoutPlaces(converted.hand)).toEqual(withoutPlaces(original.hand));
      if (original.hand === undefined || converted.hand === undefined) throw new Error("it did not load");
      expect(await readHandTexts(converted.hand)).toEqual(await readHandTexts(original.hand));
    },
  );

  test.each(runnable)(
    "%s, converted twice, changes nothing, and a native one has nothing to convert",
    async (path, { dir }) => {
      const [first, second] = [
        await convertHand(join(dir, "HAND.toml")),
        await convertHand(join(dir, "HAND.toml")),
      ];
      expect(second.files).toEqual(first.files);
      const out = join(root, "again", path);
      await convertTo(dir, out);
      expect(await convertHand(join(out, "HAND.toml"))).toMatchObject({ dialect: "native", files: [] });
    },
  );

  test.each(Object.entries(REFUSED))(
    "%s is refused in one message that says what is missing",
    async (name, { code, says }) => {
      const { hand, diagnostics, dialect } = await load(name);
      expect(hand).toBeUndefined();
      expect(diagnostics).toMatchObject([{ code, severity: "error" }]);
      const [{ message = "", hint = "", line = null } = {}] = diagnostics;
      expect(`${message} ${hint}`).toMatch(says);
      expect(line).toBeGreaterThan(0);
      if (code !== "missing_part") return;
      expect(message).toContain(`dialect ${dialect}`);
      expect(hint).toContain("hands convert DIR --to native");
      const out = join(root, "refused", name);
      await convertTo(join(FIXTURES, name), out);
      const converted = await loadHandFolder(out);
      expect(converted.hand?.enabled, "written, and held until a person has written the rest").toBe(false);
      expect(converted.text).toContain("# Missing: ");
    },
  );

  test("which is none of them is told so", async () => {
    const dir = join(root, "none");
    await mkdir(dir);
    await writeFile(join(dir, "HAND.toml"), '[package]\nname = "x"\n');
    expect((await loadHandFolder(dir)).diagnostics).toMatchObject([
      { code: "not_a_hand", severity: "error" },
    ]);
    await expect(convertHand(join(dir, "HAND.toml"))).rejects.toMatchObject({ code: "invalid_manifest" });
  });

  test("shows what is wrong at the place in its own file", async () => {
    const { diagnostics } = await load("agentsos/never");
    expect(diagnostics).toMatchObject([{ line: 5, source: 'schedule = "0 7 31 2 *"' }]);
  });

  test("of which a part cannot be read is refused, and the part is named", async () => {
    const dir = join(root, "unread");
    await cp(join(FIXTURES, "openfang/clip-maker"), dir, { recursive: true });
    await writeFile(join(dir, "SKILL.md"), new Uint8Array([0xff, 0xfe, 0x00]));
    const { hand, diagnostics } = await loadHandFolder(dir);
    expect(hand).toBeUndefined();
    expect(diagnostics).toContainEqual(
      expect.objectContaining({ code: "unreadable", file: join(dir, "SKILL.md") }),
    );
  });
});

describe("an OpenFang hand", () => {
  test("keeps its settings as parameters with forms, and a secret out of them", async () => {
    const { hand } = await load("openfang/clip-maker");
    expect(hand?.parameters).toEqual({ stt: "local", captions: true, clips: 3 });
    expect(hand?.settings).toMatchObject([
      {
        key: "stt",
        type: "select",
        options: [
          { value: "local", binary: "whisper" },
          { value: "cloud", env: "SPEECH_API_KEY" },
        ],
      },
      { key: "captions", type: "toggle" },
      { key: "voice_key", type: "secret", env: "VOICE_API_KEY" },
      { key: "clips", type: "number" },
    ]);
    expect(hand?.secrets).toEqual(["VOICE_API_KEY"]);
  });

  test("keeps what it requires, its figures, its category and its picture", async () => {
    const { hand } = await load("openfang/clip-maker");
    expect(hand?.requires).toMatchObject([
      {
        binary: "ffmpeg",
        optional: false,
        install: { macos: "brew install ffmpeg", steps: ["Download it", "Put it on PATH"] },
      },
      { env: ["SPEECH_API_KEY", "VOICE_API_KEY"], optional: true },
    ]);
    expect(hand?.dashboard.metrics).toEqual([
      { label: "Clips made", memoryKey: "clip_maker_clips", format: "number" },
      { label: "Running time", memoryKey: "clip_maker_seconds", format: "duration" },
    ]);
    expect(hand).toMatchObject({ title: "Clip Maker", category: "content", icon: "🎬" });
  });

  test("has our tools under our names, keeps the names we do not have, and gates what acts outside", async () => {
    const { hand } = await load("openfang/clip-maker");
    expect(hand?.toolsOptional.map(({ name }) => name)).toEqual([
      "file_read",
      "file_write",
      "file_list",
      "shell",
      "memory_set",
      "memory_get",
      "schedule_create",
      "event_publish",
      "knowledge_query",
    ]);
    expect(hand?.approvalGates).toMatchObject([{ action: "shell", autoApproveAfter: null }]);
    expect(hand?.toolsUnattended).toEqual([]);
  });

  test("is bounded by its iterations, and started by nothing", async () => {
    const { hand } = await load("openfang/clip-maker");
    expect(hand).toMatchObject({ limits: { maxSteps: 40 }, schedule: null, trigger: "manual" });
  });

  test("gives the model its prompt and the whole SKILL.md, and says what its tools are called here", async () => {
    const { hand } = await load("openfang/clip-maker");
    if (hand === undefined) throw new Error("it did not load");
    const { systemPrompt, skillTexts } = await readHandTexts(hand);
    expect(systemPrompt).toContain("Ask before you publish anything.");
    expect(systemPrompt).toContain("`shell_exec` is `shell`, `memory_store` is `memory_set`");
    expect(skillTexts).toEqual([
      {
        name: "reference-knowledge",
        text: await readFile(join(FIXTURES, "openfang/clip-maker/SKILL.md"), "utf8"),
      },
    ]);
  });
});

describe("the other formats", () => {
  test("LibreFang: the coordinator is the brain with its schedule and knowledge, the other roles are reported as not run", async () => {
    const { hand, diagnostics } = await load("librefang/newsroom");
    expect(hand).toMatchObject({
      schedule: { cron: "0 6 * * *" },
      limits: { maxSteps: 30 },
      metadata: { frequency: "daily" },
    });
    expect(hand?.skills.map(({ path }) => path)).toEqual(["SKILL.md", "SKILL-editor.md"]);
    expect(diagnostics[0]?.message).toContain("agents.reader");
    const { notes } = await convertHand(join(FIXTURES, "librefang/newsroom/HAND.toml"));
    expect(notes.find(({ from }) => from?.path.join(".") === "agents.reader")).toMatchObject({
      kind: "lost",
      reason: expect.stringContaining("this role is not run"),
    });
    expect((await load("librefang/watcher")).hand).toMatchObject({
      schedule: { interval: 600 },
      model: { name: "openai/gpt-x" },
    });
    expect((await load("librefang/talker")).hand?.schedule).toBeNull();
  });

  test("a denied tool is not among the hand's tools", async () => {
    expect((await load("agentsos/cleaner")).hand?.toolsOptional.map(({ name }) => name)).toEqual([
      "file_list",
      "file_read",
    ]);
    expect((await load("cawl/analyst")).hand?.toolsOptional.map(({ name }) => name)).toEqual([
      "file_read",
      "file_list",
    ]);
  });

  test("guardrails become gates and limits", async () => {
    expect((await load("cawl/analyst")).hand).toMatchObject({
      limits: { maxCostUsd: 1.5, maxSteps: 20, timeoutMs: 300_000 },
      approvalGates: [{ action: "publish" }],
      output: { fileDrop: "reports/" },
    });
    expect((await load("bizclaw/invoices")).hand).toMatchObject({
      limits: { maxCostUsdPerDay: 2 },
      schedule: { cron: "0 17 * * 1-5", timezone: "Europe/Berlin" },
    });
    const gates = (await load("bizclaw/invoices")).hand?.approvalGates.map(({ action }) => action);
    expect(gates).toEqual(["shell", "send_payment"]);
  });

  test("a channel that leads outside is gated", async () => {
    for (const name of ["cawl/on-call", "clawgear/digest", "zeroclaw/weekly"]) {
      const { hand } = await load(name);
      expect(hand?.output.channel, name).toHaveLength(1);
      expect(
        hand?.approvalGates.map(({ action }) => action),
        name,
      ).toContain("broadcast");
    }
  });

  test("automaton: lists that TOML gave to [persona] are read as the hand's own, and it is said", async () => {
    const { hand, diagnostics } = await load("automaton/trapped");
    expect(hand?.toolsOptional.map(({ name }) => name)).toEqual(["shell", "file_read"]);
    expect(diagnostics).toMatchObject([
      { code: "misplaced_key", severity: "warning", line: 11 },
      { code: "misplaced_key", line: 12 },
      { code: "misplaced_key", line: 13 },
    ]);
  });

  test("zeroclaw: one file beside others is converted from its own name", async () => {
    const file = join(root, "uptime.toml");
    await writeFile(file, 'prompt = "Say whether it is up."\n[schedule]\nkind = "every"\nevery = "15m"\n');
    const { name, files } = await convertHand(file);
    expect(name).toBe("uptime");
    expect(files.map(({ path }) => path)).toEqual(["HAND.toml", "SYSTEM.md"]);
    expect(files[0]?.text).toContain('interval = "15m"');
  });

  test("zeroclaw: milliseconds are milliseconds, also where they are written as a text", async () => {
    const file = join(root, "ping.toml");
    const prompt = 'prompt = "Say whether it is up."\n';
    for (const written of ["90000", '"90000"']) {
      await writeFile(file, `${prompt}[schedule]\nkind = "every"\nevery_ms = ${written}\n`);
      expect((await convertHand(file)).files[0]?.text).toContain("interval = 90");
    }
  });

  test("no value of a secret is taken over", async () => {
    const conversion = await convertHand(join(FIXTURES, "clawgear/digest/HAND.toml"));
    expect(JSON.stringify(conversion.files)).not.toContain("xyz");
  });
});
