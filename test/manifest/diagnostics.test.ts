import { describe, expect, test } from "vitest";
import type { Diagnostic, ManifestProblem } from "../../src/manifest/index.ts";
import { formatDiagnostic, locateProblems } from "../../src/manifest/index.ts";

const TEXT = [
  "[hand]",
  'name = "a"',
  "[tools]",
  'required = ["one", { name = "two" }]',
  "[approval_gates.pay]",
  'tools = [\n  "x_*",\n]',
  "[mcp.files]",
  'env.PATH = "x"',
].join("\n");

function place(path: ManifestProblem["path"], at: "key" | "value" = "value") {
  const [found] = locateProblems(TEXT, "HAND.toml", [
    { severity: "error", code: "x", message: "m", path, at, hint: null },
  ]);
  return [found?.line, found?.column];
}

describe("the place of a problem", () => {
  test("is the key or the value that its path leads to", () => {
    expect(place(["hand", "name"], "key")).toEqual([2, 1]);
    expect(place(["hand", "name"])).toEqual([2, 8]);
    expect(place(["tools", "required", 0])).toEqual([4, 13]);
    expect(place(["tools", "required", 1, "name"])).toEqual([4, 29]);
    expect(place(["approval_gates", "pay"], "key")).toEqual([5, 17]);
    expect(place(["approval_gates", "pay", "tools", 0])).toEqual([7, 3]);
    expect(place(["mcp", "files", "env", "PATH"])).toEqual([10, 12]);
  });

  test("is the nearest table around it where the key itself is missing", () => {
    expect(place(["hand", "description"])).toEqual([1, 2]);
    expect(place(["approval_gates", "pay", "action"])).toEqual([5, 17]);
    expect(place(["approval_gates"], "key")).toEqual([5, 2]);
    expect(place(["output", "channel"])).toEqual([1, 1]);
  });

  test("is the second mention's own for arrays of tables", () => {
    const text = "[[a]]\nx = 1\n[[a]]\nx = 2\n";
    const problem = {
      severity: "error",
      code: "x",
      message: "m",
      path: ["a", 1, "x"],
      at: "value",
      hint: null,
    } as const;
    expect(locateProblems(text, "f", [problem])).toMatchObject([{ line: 4, column: 5, source: "x = 2" }]);
  });

  test("is unknown in a text that is no TOML", () => {
    const problem = {
      severity: "error",
      code: "x",
      message: "m",
      path: ["a"],
      at: "key",
      hint: null,
    } as const;
    expect(locateProblems("a = = 1", "f", [problem])).toMatchObject([
      { line: null, column: null, source: null },
    ]);
  });
});

describe("a diagnostic for people", () => {
  const diagnostic: Diagnostic = {
    severity: "error",
    code: "wrong_type",
    message: '`hand.enabled` is the text "no"; expected true or false',
    file: "hands/a/HAND.toml",
    line: 12,
    column: 11,
    hint: "Write `enabled = false`, without quotes.",
    source: 'enabled = "no"',
  };

  test("names place, severity and code, shows the line with a caret, and says what to do", () => {
    expect(formatDiagnostic(diagnostic, { color: false })).toBe(
      [
        'hands/a/HAND.toml:12:11: error[wrong_type]: `hand.enabled` is the text "no"; expected true or false',
        '12 | enabled = "no"',
        "               ^",
        "  hint: Write `enabled = false`, without quotes.",
      ].join("\n"),
    );
  });

  test("is coloured only when asked", () => {
    expect(formatDiagnostic(diagnostic, { color: true })).toContain("\u001b[31m");
    expect(formatDiagnostic(diagnostic, { color: false })).not.toContain("\u001b");
  });

  test("without a place is one line", () => {
    const placeless = { ...diagnostic, line: null, column: null, source: null, hint: null };
    expect(formatDiagnostic(placeless, { color: false })).toMatch(
      /^hands\/a\/HAND\.toml: error\[wrong_type\]: [^\n]+$/,
    );
  });

  test("keeps the caret below the place in lines with tabs, controls, and in long lines", () => {
    for (const before of ["\t\t", "\u001b[31m", "\u202E", "x".repeat(500)]) {
      const shown = formatDiagnostic(
        { ...diagnostic, source: `${before}@${"y".repeat(300)}`, column: before.length + 1 },
        { color: false },
      );
      const [, source = "", caret = ""] = shown.split("\n");
      expect(source[caret.indexOf("^")]).toBe("@");
      expect(source.length).toBeLessThan(560);
    }
  });
});
