import { describe, expect, test } from "vitest";
import { formatDiagnostic, parseManifest } from "../../src/manifest/index.ts";
import { fc } from "../support/properties.ts";
import { BROKEN_MANIFESTS, TWENTY_BROKEN_MANIFESTS } from "./broken-manifests.ts";
import { DESIGN_EXAMPLE } from "./design-example.ts";

const PATH = "hands/oracle/HAND.toml";

function parse(text: string) {
  return parseManifest(text, { path: PATH });
}

describe("a sound manifest", () => {
  test("the example of the design loads with no diagnostic, and every word of it counts", () => {
    const { hand, diagnostics } = parse(DESIGN_EXAMPLE);
    expect(diagnostics).toEqual([]);
    expect(hand).toMatchObject({
      name: "oracle",
      schedule: { cron: "0 7,19 * * *" },
      trigger: "schedule",
      toolsRequired: [{ name: "web_fetch", version: null, optional: false }],
      toolsOptional: [{ name: "rss_fetch", version: null, optional: true }],
      approvalGates: [
        { key: "post", action: "broadcast", autoApproveAfter: 300, expiresAfter: null, when: null },
        {
          key: "pay",
          action: "send_payment",
          tools: ["pay_*"],
          when: "args.amount > 100",
          expiresAfter: 86_400,
        },
      ],
      output: {
        dashboard: true,
        channel: ["telegram"],
        format: "markdown",
        fileDrop: "data/oracle_briefings/",
      },
      parameters: { lookback_hours: 12 },
      model: { name: "anthropic/claude-..." },
      limits: { timeoutMs: 600_000, maxSteps: 50 },
      triggers: { events: ["execution.succeeded:scout"] },
      network: { allow: ["api.example.com"] },
      extra: {},
    });
  });

  test("an empty [hand] takes its name from the folder and every default", () => {
    const { hand } = parse("[hand]\n");
    expect(hand).toMatchObject({
      name: "oracle",
      description: "",
      schedule: null,
      trigger: "manual",
      enabled: true,
      version: "1.0.0",
      author: null,
      output: {
        dashboard: true,
        channel: [],
        format: "markdown",
        fileDrop: null,
        schema: null,
        schemaPath: null,
      },
      limits: { timeoutMs: 600_000, maxSteps: 50, maxTokens: null, retries: 0, maxWaiting: 3 },
      network: { allow: null },
      sandbox: { enabled: false, network: false, read: [], memoryMb: null, processes: null },
      git: { repositories: [] },
    });
  });

  test("a schedule table takes numbers of seconds, texts with units, and TOML's own times", () => {
    expect(
      parse(
        '[hand]\nschedule = { interval = "15m", jitter = 30, grace = "1h", overlap = "queue", catch_up = "all" }',
      ).hand?.schedule,
    ).toEqual({ interval: 900, jitterMs: 30_000, graceMs: 3_600_000, overlap: "queue", catchUp: "all" });
    expect(parse("[hand]\nschedule = { at = 07:30:00 }").hand?.schedule).toEqual({ at: "07:30:00" });
    expect(
      parse('[hand]\nschedule = { cron = "@daily", start = 2030-01-01T00:00:00+02:00 }').hand?.schedule,
    ).toEqual({
      cron: "@daily",
      start: "2030-01-01T00:00:00+02:00",
    });
  });

  test("an allow list that is empty stays empty and does not become any host", () => {
    expect(parse("[hand]\n[network]\nallow = []\n").hand?.network.allow).toEqual([]);
  });

  test("an auto-approval of 0 seconds is kept and not taken for none", () => {
    expect(
      parse("[hand]\n[approval_gates]\npay = { auto_approve_after = 0 }").hand?.approvalGates[0],
    ).toMatchObject({
      action: "pay",
      autoApproveAfter: 0,
    });
  });

  test("further keys and tables are kept where they were written, and each is a warning", () => {
    const { hand, diagnostics } = parse(
      '[hand]\ncolour = "green"\n[persona]\ntone = "dry"\n[output]\ncss = "x"\n',
    );
    expect(hand?.extra).toEqual({
      hand: { colour: "green" },
      persona: { tone: "dry" },
      output: { css: "x" },
    });
    expect(diagnostics.map(({ severity, line }) => [severity, line])).toEqual([
      ["warning", 2],
      ["warning", 3],
      ["warning", 6],
    ]);
  });

  test("a byte order mark and Windows line ends change nothing", () => {
    const { diagnostics } = parse('\uFEFF[hand]\r\nversion = 1\r\nenabled = "no"\r\n');
    expect(diagnostics.map(({ line, column, source }) => [line, column, source])).toEqual([
      [2, 11, "version = 1"],
      [3, 11, 'enabled = "no"'],
    ]);
  });

  test("a key called constructor or toString is data like any other", () => {
    const { hand, diagnostics } = parse(
      "[hand]\n[parameters]\nconstructor = 1\ntoString = 2\nhasOwnProperty = 3\n",
    );
    expect(diagnostics).toEqual([]);
    expect(hand?.parameters).toEqual({ constructor: 1, toString: 2, hasOwnProperty: 3 });
    expect(parse("[hand]\nconstructor = 1\n").diagnostics).toMatchObject([
      { code: "unknown_key", severity: "warning" },
    ]);
  });
});

describe("a broken manifest", () => {
  test.each(BROKEN_MANIFESTS)(
    "with $mistake is told so at its place",
    ({ text, severity, code, line, column, says }) => {
      const { hand, diagnostics } = parse(text);
      expect(
        diagnostics.map((diagnostic) => [
          diagnostic.severity,
          diagnostic.code,
          diagnostic.line,
          diagnostic.column,
        ]),
      ).toEqual([[severity, code, line, column]]);
      expect(diagnostics[0]?.source).toBe(text.split("\n")[line - 1]);
      const said = `${diagnostics[0]?.message} ${diagnostics[0]?.hint}`;
      for (const part of says) expect(said).toContain(part);
      expect(hand === undefined).toBe(severity === "error");
    },
  );

  test("there are twenty distinct ways in the table that the registry uses, and at least forty in all", () => {
    expect(new Set(TWENTY_BROKEN_MANIFESTS.map(({ text }) => text)).size).toBe(20);
    expect(TWENTY_BROKEN_MANIFESTS.every(({ severity }) => severity === "error")).toBe(true);
    expect(BROKEN_MANIFESTS.length).toBeGreaterThanOrEqual(40);
  });

  test("shows every problem at once, in the order of the file", () => {
    const text = [
      "[hand]",
      'name = "my hand"',
      'schedule = { cron = "61 * * * *", timezone = "Mars/Base", overlap = "skp" }',
      "[approval_gates]",
      "publish = true",
      'pay = { when = "args.", expires_after = 1, auto_approve_after = 2, delay = 3 }',
      "[limits]",
      "retries = -1",
    ].join("\n");
    expect(parse(text).diagnostics.map(({ line, code }) => [line, code])).toEqual([
      [2, "invalid_value"],
      [3, "invalid_schedule"],
      [3, "invalid_schedule"],
      [3, "invalid_value"],
      [5, "gate_not_a_table"],
      [6, "invalid_when"],
      [6, "expiry_before_approval"],
      [6, "unknown_key"],
      [8, "invalid_value"],
    ]);
  });

  test("still has the name that it was given, so that it can be shown", () => {
    expect(parse('[hand]\nname = "scout"\nversion = 1\n').name).toBe("scout");
    expect(parse("[hand\n").name).toBe("oracle");
  });

  test("needs a name of its own where the folder's cannot be one", () => {
    const { diagnostics } = parseManifest("[hand]\n", { path: "hands/my hand/HAND.toml" });
    expect(diagnostics).toMatchObject([
      { code: "missing_key", line: 1, column: 2, hint: 'Write `name = "my-hand"` below [hand].' },
    ]);
    expect(parseManifest("[hand]\n", { path: "HAND.toml" }).diagnostics).toMatchObject([
      { code: "missing_key" },
    ]);
  });

  test("nested deeper than any manifest is refused and does not exhaust the stack", () => {
    const deep = `[hand]\n[parameters]\na${".a".repeat(20_000)} = 1\n`;
    expect(parse(deep).diagnostics).toMatchObject([{ code: "invalid_value", line: 3 }]);
    expect(parse(`[hand]\n[parameters]\na = ${"[".repeat(5_000)}`).diagnostics).toHaveLength(1);
  });
});

describe("any text", () => {
  const fragments = fc.constantFrom(
    ...[
      "[hand]",
      "[[hand]]",
      "[tools]",
      "[approval_gates]",
      "name",
      "schedule",
      "when",
      "pay",
      "=",
      " = ",
      "{",
      "}",
      "[",
      "]",
      ",",
      ".",
      '"',
    ],
    ...[
      "'",
      '"""',
      "\n",
      "\r\n",
      "\r",
      "\t",
      "#",
      "\\",
      "true",
      "-1",
      "nan",
      "07:30",
      "__proto__",
      '"x"',
      "\u202E",
      "💥",
      "\uFEFF",
      "\u0000",
    ],
  );
  const pieces = fc.array(fc.oneof({ weight: 5, arbitrary: fragments }, fc.string({ maxLength: 5 })), {
    maxLength: 40,
  });
  const anyText = fc.oneof(
    fc.string({ unit: "binary" }),
    pieces.map((parts) => parts.join("")),
    fc
      .tuple(
        fc.constantFrom(DESIGN_EXAMPLE, ...BROKEN_MANIFESTS.map(({ text }) => text)),
        fc.nat(),
        fragments,
      )
      .map(([text, at, piece]) => {
        const offset = at % (text.length + 1);
        return text.slice(0, offset) + piece + text.slice(offset);
      }),
  );

  test("is read without an exception; a hand comes out only without errors; a caret stands inside its line", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { hand, diagnostics } = parse(text);
        expect(hand === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
        for (const { line, column, source } of diagnostics) {
          if (line === null || column === null || source === null) continue;
          expect(column).toBeGreaterThanOrEqual(1);
          expect(column).toBeLessThanOrEqual(source.length + 1);
          expect(text.replace(/^\uFEFF+/, "").split(/\r\n|\n|\r/)[line - 1]).toBe(source);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Object.prototype).not.toHaveProperty("x");
  });

  test("is shown without a character that a terminal would act on", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const diagnostic of parse(text).diagnostics) {
          expect(formatDiagnostic(diagnostic, { color: false })).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
