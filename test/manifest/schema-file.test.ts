import { readFile } from "node:fs/promises";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { renderSchemaFile } from "../../scripts/generate-schema.ts";
import { renderManifestReference, replaceGeneratedPart } from "../../scripts/manifest-reference.ts";
import { createHandJsonSchema, parseManifest } from "../../src/manifest/index.ts";
import { BROKEN_MANIFESTS } from "./broken-manifests.ts";
import { DESIGN_EXAMPLE } from "./design-example.ts";

const schemaText = await readFile(new URL("../../schema/hand.schema.json", import.meta.url), "utf8");
const reference = await readFile(new URL("../../docs/manifest.md", import.meta.url), "utf8");
const examples = [...reference.matchAll(/```toml\n(.*?)```/gs)].map(([, text = ""]) => text);

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
}

/** Every key that the schema knows in a table, with its description. Tool entries in lists explain themselves. */
function listKeys(
  node: SchemaNode,
  path: readonly string[] = [],
): { path: readonly string[]; description: unknown }[] {
  const members = Object.entries(node.properties ?? {}).flatMap(([key, member]) => [
    { path: [...path, key], description: member.description },
    ...listKeys(member, [...path, key]),
  ]);
  const entries =
    typeof node.additionalProperties === "object" ? listKeys(node.additionalProperties, [...path, "*"]) : [];
  return [...members, ...entries, ...(node.anyOf ?? []).flatMap((option) => listKeys(option, path))];
}

const keys = listKeys(JSON.parse(schemaText));

/** Faults that are matters of form, which a schema can see; the others need a calendar, a CEL parser or the whole file. */
const FORM_CODES = new Set(["wrong_type", "invalid_value", "gate_not_a_table", "missing_key"]);

describe("schema/hand.schema.json", () => {
  test("is what the generator makes now", () => {
    expect(schemaText).toBe(renderSchemaFile());
  });

  const schema = z.fromJSONSchema(JSON.parse(schemaText));

  test.each([DESIGN_EXAMPLE, ...examples].map((text) => [text] as const))(
    "takes what the parser takes: %s",
    (text) => {
      expect(schema.safeParse(parse(text))).toMatchObject({ success: true });
    },
  );

  const faulty = BROKEN_MANIFESTS.filter(
    ({ code, text }) => FORM_CODES.has(code) && !/nan|__proto__/.test(text),
  );

  test.each(faulty)("refuses what the parser refuses for its form: $mistake", ({ text }) => {
    expect(schema.safeParse(parse(text)).success).toBe(false);
  });

  test("looked at enough of them", () => {
    expect(faulty.length).toBeGreaterThan(25);
  });

  test("closes exactly the tables in which an unknown key is an error", () => {
    const document = JSON.parse(schemaText);
    const closed = Object.entries<{ additionalProperties?: unknown }>(document.properties)
      .filter(([, table]) => table.additionalProperties === false)
      .map(([key]) => key);
    expect(closed).toEqual(["tools", "limits", "network", "git", "sandbox"]);
    expect(document.properties.approval_gates.additionalProperties.additionalProperties).toBe(false);
  });

  test("describes every key, for the editor to show", () => {
    expect(keys.filter(({ description }) => typeof description !== "string")).toEqual([]);
    expect(keys.length).toBeGreaterThan(40);
  });
});

describe("docs/manifest.md", () => {
  test("has the tables that the generator makes now", () => {
    expect(reference).toBe(replaceGeneratedPart(reference, renderManifestReference(createHandJsonSchema())));
  });

  test("has a row for each key of the schema", () => {
    const rows = keys.filter(({ path }) => path.length > 1).map(({ path }) => `| \`${path.at(-1)}\` |`);
    for (const row of rows) expect(reference).toContain(row);
    for (const { path } of keys) expect(reference).toContain(path[0]);
  });

  test("has examples, each of which parses without a diagnostic", () => {
    expect(examples.length).toBeGreaterThan(4);
    for (const example of examples) {
      expect(parseManifest(example, { path: "hands/example/HAND.toml" }).diagnostics).toEqual([]);
    }
  });
});
