import { describe, expect, test } from "vitest";
import { normaliseForHuman, normaliseJsonForHuman } from "../../src/approvals/index.ts";
import { fc } from "../support/properties.ts";

const character = (codePoint: number) => String.fromCodePoint(codePoint);

describe("what cannot be seen is shown", () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ["escape", 0x1b, "\\u{001B}"],
    ["carriage return, which overwrites a line", 0x0d, "\\u{000D}"],
    ["backspace", 0x08, "\\u{0008}"],
    ["null", 0, "\\u{0000}"],
    ["delete", 0x7f, "\\u{007F}"],
    ["a C1 control that starts a terminal sequence", 0x9b, "\\u{009B}"],
    ["right-to-left override", 0x202e, "\\u{202E}"],
    ["right-to-left isolate", 0x2067, "\\u{2067}"],
    ["Arabic letter mark", 0x061c, "\\u{061C}"],
    ["zero width space", 0x200b, "\\u{200B}"],
    ["zero width joiner outside an emoji", 0x200d, "\\u{200D}"],
    ["word joiner", 0x2060, "\\u{2060}"],
    ["byte order mark", 0xfeff, "\\u{FEFF}"],
    ["soft hyphen", 0xad, "\\u{00AD}"],
    ["Hangul filler, a letter that is nothing", 0x3164, "\\u{3164}"],
    ["combining grapheme joiner", 0x034f, "\\u{034F}"],
    ["a tag, which smuggles ASCII", 0xe0041, "\\u{E0041}"],
    ["a variation selector after a letter", 0xfe0f, "\\u{FE0F}"],
    ["a supplementary variation selector", 0xe0100, "\\u{E0100}"],
    ["line separator", 0x2028, "\\u{2028}"],
    ["hair space", 0x200a, "\\u{200A}"],
    ["the blank braille cell", 0x2800, "\\u{2800}"],
    ["private use", 0xe000, "\\u{E000}"],
    ["a noncharacter", 0xffff, "\\u{FFFF}"],
    ["a lone surrogate", 0xd800, "\\u{D800}"],
  ];
  test.each(cases)("%s", (_name, codePoint, shown) => {
    expect(normaliseForHuman(`a${character(codePoint)}b`)).toBe(`a${shown}b`);
  });
});

test.each([
  "Pay 12.50 € to Łukasz, Ωmega & 株式会社",
  "two\nlines\tand a tab",
  "Prix\u00a0: 5\u00a0€",
  "全角\u3000空白",
  "👨‍👩‍👧 ❤️ 👍🏽 🏳️‍🌈 1️⃣ 👩🏽‍💻",
  "é as e\u0301",
])("what can be seen stays: %s", (text) => {
  expect(normaliseForHuman(text)).toBe(text);
});

test("an emoji gives no cover: what follows it is shown", () => {
  expect(normaliseForHuman("👍\ufe0f\ufe0f\u200d\u202ex")).toBe("👍\ufe0f\\u{FE0F}\\u{200D}\\u{202E}x");
});

test("a payment that reads backwards is shown as it is written", () => {
  expect(normaliseForHuman("to: \u202Eecila\u202C")).toBe("to: \\u{202E}ecila\\u{202C}");
});

test("texts and names inside a value are shown, the rest stays", () => {
  expect(normaliseJsonForHuman({ "a\u200b": ["x\u0000", 1, null, true, { b: "\u202e" }] })).toEqual({
    "a\\u{200B}": ["x\\u{0000}", 1, null, true, { b: "\\u{202E}" }],
  });
});

test("whatever the text, nothing unseen is left, and doing it twice changes nothing", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 40 });
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = normaliseForHuman(text);
      expect(shown).not.toMatch(/[\p{Bidi_Control}\u{E0000}-\u{E007F}\p{Zl}\p{Zp}]/u);
      expect(shown.replace(/[\n\t]/g, "")).not.toMatch(/\p{Cc}/u);
      expect(normaliseForHuman(shown)).toBe(shown);
    }),
    { numRuns: 2000 },
  );
});
