import { expect, test } from "vitest";
import { normaliseForHuman } from "../../src/approvals/index.ts";
import { findDifferences } from "../../web/src/arguments/differences.ts";
import { readFields } from "../../web/src/arguments/json-schema.ts";
import { spellUnseen } from "../../web/src/format/unseen.ts";

test("a form has a field of the right kind for each argument, and JSON for what no field fits", () => {
  const schema = {
    type: "object",
    properties: {
      amount: { type: "number", minimum: 0, description: "How much" },
      count: { type: "integer" },
      to: { type: "string" },
      currency: { enum: ["EUR", "USD"] },
      urgent: { type: "boolean" },
      copies: { type: "array", items: { type: "string" } },
      address: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      any: { anyOf: [{ type: "string" }, { type: "number" }] },
    },
    required: ["amount", "to"],
  };
  const fields = readFields(schema, { amount: 1, to: "x", extra: true, any: { deep: 1 } });
  expect(fields.map((field) => [field.name, field.type.kind, field.isRequired])).toEqual([
    ["amount", "number", true],
    ["count", "number", false],
    ["to", "text", true],
    ["currency", "choice", false],
    ["urgent", "boolean", false],
    ["copies", "texts", false],
    ["address", "members", false],
    ["any", "json", false],
    ["extra", "boolean", true],
  ]);
});

test("a value that does not fit its schema is edited as what it is", () => {
  const schema = {
    properties: { to: { type: "string" }, copies: { type: "array", items: { type: "string" } } },
  };
  const fields = readFields(schema, { to: { not: "a text" }, copies: [1, 2] });
  expect(fields.map((field) => field.type.kind)).toEqual(["json", "json"]);
});

test("differences name the innermost places that changed, and nothing else", () => {
  const before = { amount: 1, to: { name: "a", city: "b" }, copies: ["x", "y"], gone: true };
  const after = { amount: 2, to: { city: "b", name: "c" }, copies: ["x", "z"], fresh: null };
  expect(findDifferences(before, after)).toEqual([
    { path: "amount", before: 1, after: 2 },
    { path: "to.name", before: "a", after: "c" },
    { path: "copies[1]", before: "y", after: "z" },
    { path: "gone", before: true, after: undefined },
    { path: "fresh", before: undefined, after: null },
  ]);
  expect(findDifferences({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
});

test.each([
  "plain",
  "a\u202Eb",
  "zero\u200Bwidth",
  "👩‍👩‍👧 family",
  "1️⃣",
  "tab\tline\n",
  "\u0000",
  "soft\u00ADhyphen",
  "\u{E0041}tag",
  "⠀braille",
])("the page spells out %j as the server does", (text) => {
  expect(spellUnseen(text)).toBe(normaliseForHuman(text));
});
