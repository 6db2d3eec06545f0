import { expect, test } from "vitest";
import type { LiveText } from "../../web/src/api/live-text.ts";
import { growText } from "../../web/src/api/live-text.ts";

const textOf = (text: LiveText | undefined) => text?.blocks.map((block) => block.text).join("") ?? "";

test("pieces make the reply, and what was drawn before stays the same block", () => {
  const whole = "🚢 sails, ".repeat(1_000);
  let known: LiveText | undefined;
  for (let offset = 0; offset < whole.length; offset += 777) {
    const before = known;
    known = growText(known, { stepIndex: 1, offset, text: whole.slice(offset, offset + 777) });
    const settled = before?.blocks.slice(0, -1) ?? [];
    expect(known.blocks.slice(0, settled.length)).toEqual(settled);
  }
  expect(textOf(known)).toBe(whole);
  expect(known?.blocks.length).toBeGreaterThan(3);
  expect(known?.blocks.map(({ number }) => number)).toEqual(known?.blocks.map((_, index) => index));
});

test("words that do not belong at the end take the place of what was there", () => {
  const first = growText(undefined, { stepIndex: 1, offset: 0, text: "one two" });
  expect(textOf(growText(first, { stepIndex: 1, offset: 0, text: "another reply" }))).toBe("another reply");
  const late = growText(first, { stepIndex: 1, offset: 70_000, text: "the end of a long one" });
  expect(textOf(late)).toBe("the end of a long one");
  expect(textOf(growText(late, { stepIndex: 1, offset: late.end, text: ", goes on" }))).toBe(
    "the end of a long one, goes on",
  );
});

test("of a reply that does not end its end is kept", () => {
  let known: LiveText | undefined;
  for (let piece = 0; piece < 100; piece += 1) {
    const offset = known?.end ?? 0;
    known = growText(known, { stepIndex: 1, offset, text: String(piece % 10).repeat(1_000) });
  }
  expect(known?.end).toBe(100_000);
  expect(textOf(known).length).toBeLessThanOrEqual(50_000);
  expect(textOf(known).endsWith("9".repeat(1_000))).toBe(true);
});
