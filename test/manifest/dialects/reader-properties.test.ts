import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonValue } from "../../../src/core/index.ts";
import { isPlainObject } from "../../../src/core/index.ts";
import { checkDocument } from "../../../src/manifest/check-document.ts";
import { recogniseDialect } from "../../../src/manifest/dialects/recognise-dialect.ts";
import { DIALECT_READERS } from "../../../src/manifest/dialects/translate.ts";
import type { NativePackage } from "../../../src/manifest/dialects/types.ts";
import { writeNativePackage } from "../../../src/manifest/dialects/write-native.ts";
import type { DocumentPath } from "../../../src/manifest/document-paths.ts";
import { handTomlSchema } from "../../../src/manifest/hand-toml-schema.ts";
import { loadHandFolder } from "../../../src/manifest/index.ts";
import { readDocument } from "../../../src/manifest/read-document.ts";
import { fc } from "../../support/properties.ts";
import { PACKAGES } from "./packages.ts";

/** Keys that some format knows, so that what is made up hits the readers. */
const KEYS =
  `id name title description category icon version author enabled tools skills mcp_servers requires settings agent agents
  dashboard metrics metadata routing i18n allowed_plugins hand functions allowed denied guardrails output model primary fallback
  schedule task_prompt requires_approval output_mode adapter provider temperature max_tokens max_iterations system_prompt prompt
  schema_version agent_id archetype matching runtime persona phases instructions cron interval once kind expr every every_ms key
  label setting_type default options value provider_env binary env_var requirement_type check_value optional install memory_key
  format coordinator main channel path max_cost timeout require_approval rules __x weird.key`.split(/\s+/);

const scalar = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "default",
    "true",
    "0 7 * * *",
    "on-demand",
    "select",
    "toggle",
    "binary",
    "shell_exec",
    "web_fetch",
    "telegram",
  ),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  fc.boolean(),
);
const { table } = fc.letrec<{ table: Record<string, JsonValue>; value: JsonValue }>((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie("value"), { maxLength: 3 }), tie("table")),
  table: fc.dictionary(
    fc.oneof(
      { arbitrary: fc.constantFrom(...KEYS), weight: 9 },
      { arbitrary: fc.string({ maxLength: 8 }), weight: 1 },
    ),
    tie("value"),
    { maxKeys: 7, noNullPrototype: true },
  ),
}));
const files = fc.dictionary(
  fc.constantFrom("SKILL.md", "SKILL-main.md", "SYSTEM.md", "system-prompt.md", "guardrails.toml"),
  fc.string(),
  { maxKeys: 3 },
);

/** Every value of a document that is not a table or list with something in it. */
function listLeaves(value: JsonValue, path: DocumentPath = []): DocumentPath[] {
  const members: [string | number, JsonValue][] = Array.isArray(value)
    ? value.map((item, index) => [index, item as JsonValue])
    : isPlainObject(value)
      ? (Object.entries(value) as [string, JsonValue][])
      : [];
  return members.length === 0
    ? [path]
    : members.flatMap(([key, member]) => listLeaves(member, [...path, key]));
}

function expectAllNoted(document: JsonValue, { notes }: NativePackage): void {
  const noted = notes.flatMap(({ from }) => (from?.file === "HAND.toml" ? [from.path] : []));
  for (const leaf of listLeaves(document).filter((path) => path.length > 0)) {
    const isNoted = noted.some((path) => path.every((part, index) => String(part) === String(leaf[index])));
    expect(isNoted, `${leaf.join(".")} is in no note`).toBe(true);
  }
}

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "hands-readers-"));
});

afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

describe.each(Object.entries(DIALECT_READERS))("the reader of %s", (dialect, read) => {
  test("takes any document, notes every key of it, and what it gives is written and read again unchanged", () => {
    fc.assert(
      fc.property(table, files, (document, texts) => {
        const translated = read({ document, files: new Map(Object.entries(texts)) });
        expectAllNoted(document, translated);
        const notedFiles = new Set(translated.notes.map(({ from }) => from?.file));
        for (const file of Object.keys(texts)) expect(notedFiles).toContain(file);
        checkDocument(translated.document, null, handTomlSchema.safeParse(translated.document));
        const [manifest] = writeNativePackage(translated, dialect as keyof typeof DIALECT_READERS);
        expect(readDocument(manifest?.text ?? "")).toEqual({ document: translated.document, problems: [] });
      }),
      { numRuns: 60 },
    );
  });

  test("notes every key of the packages of its dialect", async () => {
    const own = PACKAGES.filter((fixture) => fixture.dialect === dialect);
    expect(own.length).toBeGreaterThanOrEqual(3);
    for (const { dir } of own) {
      const found = readDocument(await readFile(join(dir, "HAND.toml"), "utf8"));
      if ("fault" in found) throw new Error("no TOML");
      expect(recogniseDialect(found.document)).toBe(dialect);
      expectAllNoted(found.document, read({ document: found.document, files: new Map() }));
    }
  });

  test("gives diagnostics for whatever bytes its packages are turned into, and never throws", async () => {
    const [fixture] = PACKAGES.filter((candidate) => candidate.dialect === dialect);
    if (fixture === undefined) throw new Error("no package");
    const bytes = await readFile(join(fixture.dir, "HAND.toml"));
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }),
        fc.nat({ max: 40 }),
        fc.oneof(
          fc.string({ maxLength: 12 }).map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 6 }),
        ),
        async (start, length, put) => {
          const text = Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + length)]);
          await writeFile(join(root, "HAND.toml"), text);
          const { hand, diagnostics } = await loadHandFolder(root);
          expect(hand !== undefined || diagnostics.some(({ severity }) => severity === "error")).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });
});
