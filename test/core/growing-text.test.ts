import { expect, test } from "vitest";
import { GrowingText } from "../../src/core/index.ts";

test("what is read piece by piece is the text, whatever its characters are and wherever it was cut", () => {
  const whole = "a🚢b🏝️ø漢字🧭".repeat(40);
  const text = new GrowingText(10_000);
  let read = "";
  for (let from = 0; from < whole.length; from += 3) {
    text.add(whole.slice(from, from + 3));
    const piece = text.readFrom(read.length);
    expect(piece.offset).toBe(read.length);
    expect(piece.text.isWellFormed()).toBe(true);
    read += piece.text;
  }
  expect(read).toBe(whole);
  expect(text.readFrom(read.length)).toEqual({ offset: whole.length, text: "" });
});

test("of a long text the end is kept, with its place", () => {
  const text = new GrowingText(10);
  const whole = Array.from({ length: 50 }, (_, index) => String(index % 10)).join("");
  for (const digit of whole) text.add(digit);
  const { offset, text: kept } = text.readFrom(0);
  expect(kept.length).toBeGreaterThanOrEqual(10);
  expect(kept.length).toBeLessThan(20);
  expect(whole.slice(offset)).toBe(kept);
  expect(text.readTail()).toEqual({ offset: 40, text: whole.slice(40) });
  expect(text.end).toBe(50);
});
