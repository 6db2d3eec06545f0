import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished } from "vitest";
import { parseDuration } from "../../src/core/index.ts";
import type { Diagnostic } from "../../src/manifest/index.ts";
import {
  compileWhen,
  formatDiagnostic,
  isWhenFault,
  loadHandFolder,
  parseManifest,
} from "../../src/manifest/index.ts";
import { readProjectFile } from "../../src/runtime/read-project-file.ts";
import { nextFires } from "../../src/schedule/index.ts";
import { repositoryRoot } from "../support/lint-tree.ts";
import { fc } from "../support/properties.ts";
import { assertFit, defineTarget, inTime, orRefused } from "./fuzz.ts";
import { editedText, hostileJson, hostileText } from "./hostile.ts";

function readSeeds(folder: string, ending: string): readonly string[] {
  const root = path.join(repositoryRoot, folder);
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => readFileSync(path.join(root, file), "utf8"));
}

const MANIFESTS = [
  ...readSeeds("examples/hands", "HAND.toml"),
  ...readSeeds("test/manifest/dialects/fixtures", "HAND.toml"),
];
const [PROJECT_FILE = ""] = /(?<=```toml\n)[\s\S]*?(?=```)/.exec(
  readFileSync(path.join(repositoryRoot, "docs/configuration.md"), "utf8"),
) ?? [""];

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString("utf8"));
const manifests = fc.oneof({ arbitrary: editedText(MANIFESTS), weight: 5 }, { arbitrary: bytes, weight: 1 });

function assertDiagnostics(diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics.slice(0, 50))
    assertFit(formatDiagnostic(diagnostic, { color: false }));
  assertFit(JSON.stringify(diagnostics));
}

export const manifestTarget = defineTarget({
  name: "manifest",
  inputs: manifests,
  count: 200,
  async open() {
    return (text: string) => {
      const { hand, diagnostics } = inTime(() => parseManifest(text, { path: "hands/x/HAND.toml" }));
      expect(hand === undefined).toBe(diagnostics.some(({ severity }) => severity === "error"));
      assertDiagnostics(diagnostics);
    };
  },
});

export const folderTarget = defineTarget({
  name: "folder",
  inputs: manifests,
  count: 60,
  async open() {
    const dir = mkdtempSync(path.join(tmpdir(), "hands-fuzz-"));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    writeFileSync(path.join(dir, "SYSTEM.md"), "Be terse.\n");
    return async (text: string) => {
      writeFileSync(path.join(dir, "HAND.toml"), text);
      assertDiagnostics((await loadHandFolder(dir)).diagnostics);
    };
  },
});

export const projectFileTarget = defineTarget({
  name: "project-file",
  inputs: fc.oneof({ arbitrary: editedText([PROJECT_FILE]), weight: 5 }, { arbitrary: bytes, weight: 1 }),
  count: 100,
  async open() {
    expect(readProjectFile(PROJECT_FILE, "hands.toml").diagnostics).toEqual([]);
    return (text: string) => {
      const { file, diagnostics } = inTime(() => readProjectFile(text, "hands.toml"));
      expect(file !== undefined || diagnostics.length > 0).toBe(true);
      assertDiagnostics(diagnostics);
    };
  },
});

const field = fc.oneof(
  fc.constantFrom(
    "*",
    "*/5",
    "1-5",
    "5-1",
    "0",
    "7",
    "59",
    "60",
    "MON",
    "JAN-DEC",
    "L",
    "1#2",
    "?",
    "@daily",
    "1,2,3",
    "*/0",
    "1-",
    "-1",
  ),
  fc.string({ maxLength: 6 }),
);
const cron = fc.oneof(
  fc.array(field, { minLength: 4, maxLength: 7 }).map((fields) => fields.join(" ")),
  hostileText,
);

export const scheduleTarget = defineTarget({
  name: "schedule",
  inputs: fc.record(
    {
      cron,
      interval: fc.oneof(fc.integer(), fc.double()),
      at: fc.oneof(
        fc.constantFrom("07:30", "24:00", "2027-02-29T10:00:00Z", "2027-01-01T00:00:00+99:00"),
        hostileText,
      ),
      timezone: fc.constantFrom(
        "UTC",
        "Europe/Berlin",
        "Antarctica/Troll",
        "Mars/Olympus",
        "../UTC",
        "+25:00",
      ),
      duration: fc.oneof(
        hostileText,
        fc.double(),
        fc.constantFrom("1h 30m", `${"9".repeat(300)}d`, "1h1h1h", "0.1ms"),
      ),
    },
    { requiredKeys: ["duration", "timezone"] },
  ),
  count: 120,
  async open() {
    return async ({ duration, ...schedule }) => {
      await orRefused(() => expect(inTime(() => parseDuration(duration))).toBeGreaterThanOrEqual(0));
      const from = new Date(Date.UTC(2026, 1, 27, 23, 59, 30));
      const fires = await orRefused(() => inTime(() => nextFires(schedule as never, { from, count: 5 })));
      const instants = fires?.map((fire) => fire.getTime()) ?? [];
      expect(instants.every((instant) => instant > from.getTime())).toBe(true);
      expect(instants).toEqual([...new Set(instants)].sort((left, right) => left - right));
    };
  },
});

const CONDITIONS = [
  'args.amount > 100 && parameters.currency == "EUR"',
  'args.items.exists(item, item.price > 5.0) || args.to.matches("^[a-z]+$")',
  "size(args.text) > 3 ? args.ok : !has(args.missing)",
  'args.name in ["a", "b"] && args.tags.all(tag, tag.startsWith("x"))',
];
const piece = fc.constantFrom(
  "args",
  "parameters",
  ".",
  "[",
  "]",
  "(",
  ")",
  "&&",
  "||",
  "!",
  ">",
  "==",
  "+",
  "%",
  "/ 0",
  "1",
  "1.5",
  '"x"',
  "null",
  "?",
  ":",
  ".exists(",
  "x,",
  ".map(",
  "matches(",
  '"(a+)+$"',
  "has(",
  "size(",
  "dyn(",
  "duration(",
  "__proto__",
  "in",
  "b'\\xff'",
  "9223372036854775808",
);

export const whenTarget = defineTarget({
  name: "when",
  inputs: fc.tuple(
    fc.oneof(
      editedText(CONDITIONS),
      fc.array(piece, { maxLength: 14 }).map((parts) => parts.join(" ")),
      hostileText,
    ),
    hostileJson,
  ),
  count: 250,
  async open() {
    return ([expression, args]: readonly [string, unknown]) => {
      const when = inTime(() => compileWhen(expression));
      if (isWhenFault(when)) return assertFit(JSON.stringify(when));
      const answer = inTime(() => when.evaluate({ args: args as never, parameters: { currency: "EUR" } }));
      if (typeof answer !== "boolean") assertFit(answer.error);
    };
  },
});
