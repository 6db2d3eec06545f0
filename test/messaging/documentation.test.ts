import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readProjectFile } from "../../src/runtime/read-project-file.ts";

const page = readFileSync(new URL("../../docs/remote-decisions.md", import.meta.url), "utf8");

test("the example of docs/remote-decisions.md is a hands.toml that says what the page says", () => {
  const [, example = ""] = /```toml\n([\s\S]*?)```/.exec(page) ?? [];
  const { file, diagnostics } = readProjectFile(example, "hands.toml");
  expect(diagnostics).toEqual([]);
  expect(file).toMatchObject({
    server: { public_url: "https://hands.example.com" },
    policy: { approvers: ["telegram:12345", "email:ann@example.com"], notify: ["telegram"] },
    alerts: { channels: ["telegram"], digest: "09:00", timezone: "Europe/Berlin" },
  });
});

test.each([
  ["digest", '"9 o\'clock"', '"09:00"'],
  ["digest", '"25:00"', '"09:00"'],
  ["timezone", '"Berlin"', "Europe/Berlin"],
])("an [alerts] %s of %s is refused, and told what was expected", (key, value, expected) => {
  const { file, diagnostics } = readProjectFile(`[alerts]\n${key} = ${value}\n`, "hands.toml");
  expect(file).toBeUndefined();
  expect(diagnostics[0]?.message).toContain(expected);
});
