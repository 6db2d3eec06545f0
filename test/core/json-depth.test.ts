import { expect, test } from "vitest";
import { assertJsonDepth, canonicalJson, toJsonValue } from "../../src/core/index.ts";

const nest = (depth: number): unknown => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`);

test("a text that is nested too deep is refused, and brackets inside texts do not count", () => {
  const check = (text: string) => () => assertJsonDepth(text, "the body");
  expect(check(`${'{"a":'.repeat(200)}1${"}".repeat(200)}`)).not.toThrow();
  expect(check(`${'{"a":['.repeat(101)}1${"]}".repeat(101)}`)).toThrow(
    "the body is nested deeper than 200 levels",
  );
  expect(check("[".repeat(1_000_000))).toThrow("200");
  expect(check(JSON.stringify({ a: "[".repeat(1000), 'b"\\': ["{".repeat(1000), "\\"] }))).not.toThrow();
  expect(check("[],".repeat(1000))).not.toThrow();
});

test("a value that is nested too deep becomes one that everything can handle", () => {
  expect(toJsonValue(nest(200))).toEqual(nest(200));
  const text = canonicalJson(toJsonValue(nest(100_000)));
  expect(text).toBe(`${"[".repeat(200)}"[too deep]"${"]".repeat(200)}`);
});
