import { expect, test } from "vitest";
import { createParametersSchema } from "../../src/server/views/parameters-schema.ts";
import { formatMetric } from "../../web/src/format/metrics.ts";

const form = { label: "Label", description: null, options: [], env: null };

test("the forms of parameters are a schema with the choices, and a secret is none of them", () => {
  const settings = [
    {
      ...form,
      key: "depth",
      type: "select" as const,
      options: ["quick", "deep"].map((value) => ({ value, label: value, env: null, binary: null })),
    },
    { ...form, key: "loud", type: "toggle" as const },
    { ...form, key: "key", type: "secret" as const, env: "KEY" },
  ];
  expect(createParametersSchema({ settings })).toEqual({
    type: "object",
    properties: {
      depth: { description: "Label", type: "string", enum: ["quick", "deep"] },
      loud: { description: "Label", type: "boolean" },
    },
  });
  expect(createParametersSchema({ settings: [] })).toBeNull();
});

test.each([
  ["number", 12345, "12,345"],
  ["percentage", 12.5, "12.5 %"],
  ["bytes", 1500, "1.5 kB"],
  ["currency", 3, "$3.00"],
  ["text", { a: 1 }, '{"a":1}'],
  ["number", "not one", "not one"],
  ["number", null, "–"],
  ["date", "no date", "no date"],
] as const)("a figure as %s of %j is %s", (format, value, shown) => {
  expect(formatMetric({ format, value })).toBe(shown);
});
