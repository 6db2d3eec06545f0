import { describe, expect, test } from "vitest";
import type { CatalogTool } from "../../src/manifest/index.ts";
import { checkGateCoverage, locateProblems, parseManifest } from "../../src/manifest/index.ts";

const TOOLS: readonly CatalogTool[] = [
  { name: "web_fetch", action: null, effect: "read" },
  { name: "file_write", action: null, effect: "write" },
  { name: "pay_invoice", action: "send_payment", effect: "destructive" },
  { name: "pay_refund", action: null, effect: "destructive" },
  { name: "shell", action: null, effect: "destructive" },
];

function check(text: string, isComplete = true) {
  const { hand, diagnostics } = parseManifest(`[hand]\n${text}`, { path: "h/a/HAND.toml" });
  if (hand === undefined) throw new Error(diagnostics[0]?.message);
  return locateProblems(
    `[hand]\n${text}`,
    "HAND.toml",
    checkGateCoverage(hand, { tools: TOOLS, isComplete }),
  ).map(({ severity, code, line, column, hint }) => ({ severity, code, line, column, hint }));
}

describe("a manifest against the tools there are", () => {
  test("has nothing to say where everything exists and covers something", () => {
    const text =
      '[tools]\nrequired = ["web_fetch"]\noptional = ["file_write"]\nunattended = ["file_*"]\n[approval_gates]\nsend_payment = {}\nbroadcast = {}\nany = { tools = ["pay_*"] }\n';
    expect(check(text)).toEqual([]);
  });

  test("names a required tool that is missing, at its place, and the tool that was probably meant", () => {
    expect(check('[tools]\nrequired = ["web_fetch", "web_fecth"]\n')).toEqual([
      { severity: "error", code: "missing_tool", line: 3, column: 26, hint: "Did you mean `web_fetch`?" },
    ]);
  });

  test("only warns of an optional tool that is missing", () => {
    expect(check('[tools]\noptional = [{ name = "rss_fetch" }]\n')).toMatchObject([
      { severity: "warning", code: "missing_tool", line: 3 },
    ]);
  });

  test("refuses a glob that matches nothing: in a gate it would cover nothing", () => {
    expect(check('[approval_gates]\npay = { action = "broadcast", tools = ["pya_*"] }\n')).toMatchObject([
      { severity: "error", code: "glob_matches_nothing", line: 3, column: 40 },
    ]);
    expect(check('[tools]\nunattended = ["file_wirte"]\n')).toMatchObject([
      { severity: "error", code: "glob_matches_nothing", hint: "Did you mean `file_write`?" },
    ]);
  });

  test("says unchecked instead while hand code and MCP servers have not been asked", () => {
    const text =
      '[tools]\nrequired = ["own_tool"]\nunattended = ["own_*"]\n[approval_gates]\ndeploy = {}\npay = { tools = ["own_pay"] }\n';
    expect(check(text, false).map(({ severity, code }) => `${severity} ${code}`)).toEqual(
      Array(4).fill("warning unchecked"),
    );
    expect(check(text, true).map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      "error missing_tool",
      "error glob_matches_nothing",
      "warning action_without_tool",
      "error glob_matches_nothing",
    ]);
  });

  test("warns of an action that no tool performs, but not of the delivery", () => {
    expect(check("[approval_gates]\nsend_paymnt = {}\nbroadcast = {}\n")).toMatchObject([
      {
        code: "action_without_tool",
        severity: "warning",
        line: 3,
        hint: expect.stringContaining("`send_payment`"),
      },
    ]);
  });

  test("refuses shell in unattended without a sandbox, also where only a glob says so", () => {
    expect(check('[tools]\nunattended = ["shell"]\n')).toMatchObject([
      { severity: "error", code: "shell_unattended" },
    ]);
    expect(check('[tools]\nrequired = ["shell"]\nunattended = ["s*"]\n')).toMatchObject([
      { severity: "error", code: "shell_unattended" },
    ]);
    expect(check('[tools]\nunattended = ["shell"]\n[sandbox]\nenabled = true\n')).toEqual([]);
    expect(check('[tools]\nunattended = ["shell"]\n[sandbox]\nenabled = false\n')).toMatchObject([
      { code: "shell_unattended" },
    ]);
  });

  test("warns where an automatic approval would sweep up destructive tools through a star", () => {
    expect(
      check('[approval_gates]\nsend_payment = { tools = ["pay_*"], auto_approve_after = 60 }\n'),
    ).toMatchObject([{ severity: "warning", code: "not_auto_approved", line: 3 }]);
    expect(
      check('[approval_gates]\nsend_payment = { tools = ["pay_refund"], auto_approve_after = 60 }\n'),
    ).toEqual([]);
    expect(check('[approval_gates]\nfiles = { tools = ["file_*"], auto_approve_after = 60 }\n')).toEqual([]);
  });
});
