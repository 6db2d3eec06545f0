import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../src/core/index.ts";
import { compileWhen, isWhenFault } from "../../src/manifest/index.ts";

function ask(expression: string, args: JsonObject, parameters: JsonObject = {}) {
  const when = compileWhen(expression);
  if (isWhenFault(when)) throw new Error(when.error);
  return when.evaluate({ args, parameters });
}

describe("a condition", () => {
  test.each([
    ["args.amount > 100", { amount: 150 }, true],
    ["args.amount > 100", { amount: 150.5 }, true],
    ["args.amount > 100", { amount: 100 }, false],
    ["args.amount > 100.5", { amount: 101 }, true],
    ["args.amount == 100", { amount: 100 }, true],
    ["args.amount + 1 > 100", { amount: 100 }, true],
    ["1 + args.amount > 100", { amount: 99.5 }, true],
    ["args.amount * 2 > 100", { amount: 50.5 }, true],
    ["args.amount / 2 == 50", { amount: 100 }, true],
    ["args.amount - 1 < 0", { amount: 0.5 }, true],
    ["args.amount % 2 == 0", { amount: 60 }, true],
    ["args.a % args.b == 1.0", { a: 7, b: 2 }, true],
    ["args.amount in [100, 200]", { amount: 100 }, true],
    ["args.to.endsWith('@example.com')", { to: "a@example.com" }, true],
    ["args.to.matches('^[a-z]+@')", { to: "a@example.com" }, true],
    ["args.to.exists(one, one == 'b')", { to: ["a", "b"] }, true],
    ["size(args.to) > 1", { to: ["a", "b"] }, true],
    ["has(args.note) && args.note != ''", {}, false],
    ["args.note == null", { note: null }, true],
    ["args.urgent", { urgent: true }, true],
  ])("%s of %j is %j", (expression, args, expected) => {
    expect(ask(expression, args)).toBe(expected);
  });

  test("sees the hand's parameters", () => {
    expect(ask("args.amount > parameters.limit", { amount: 11 }, { limit: 10 })).toBe(true);
  });

  test.each([
    ["args.amount > 100", {}],
    ["args.amount > 100", { amount: "a lot" }],
    ["args.amount", { amount: 1 }],
    ["args.amount", { amount: "true" }],
    ["args.amount", { amount: null }],
    ["args.__proto__ == null", {}],
    ["args.constructor == null", {}],
  ])("%s of %j has no answer, and says why instead of throwing", (expression, args) => {
    expect(ask(expression, args as JsonObject)).toEqual({ error: expect.stringMatching(/./) });
  });

  test("that would match for ever is stopped", () => {
    const answer = ask("args.text.matches('^(a+)+$')", { text: `${"a".repeat(60)}!` });
    expect(answer).toEqual({ error: expect.stringContaining("timed out") });
  });

  test.each([
    ["args.amount >", null],
    ["arg.amount > 1", "Did you mean `args`?"],
    ["amount > 1", "did you mean `args.amount`?"],
    ["'text'", null],
    ["1 + 'a' == 2", null],
    ["process.exit()", null],
  ])("%s is refused when it is read", (expression, hint) => {
    const when = compileWhen(expression);
    if (!isWhenFault(when)) throw new Error("it was taken");
    expect(when.error).not.toBe("");
    if (hint !== null) expect(when.hint).toContain(hint);
  });
});
