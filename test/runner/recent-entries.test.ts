import { expect, test } from "vitest";
import { RecentEntries } from "../../src/runner/recent-entries.ts";

test("what was used longest ago goes first, once the entries weigh too much", () => {
  const entries = new RecentEntries<string>(10, (text) => text.length);
  entries.set("a", "xxxx");
  entries.set("b", "xxxx");
  expect(entries.get("a")).toBe("xxxx");
  entries.set("c", "xxxx");
  expect([entries.get("a"), entries.get("b"), entries.get("c")]).toEqual(["xxxx", undefined, "xxxx"]);
});

test("an entry that is put in again counts once, one that was taken out not at all, and one that is too heavy is not kept", () => {
  const entries = new RecentEntries<string>(10, (text) => text.length);
  for (let round = 0; round < 5; round += 1) entries.set("a", "xxxx");
  entries.set("b", "xxxxx");
  expect(entries.get("a")).toBe("xxxx");
  entries.delete("a");
  entries.set("c", "xxxxx");
  expect([entries.get("b"), entries.get("c")]).toEqual(["xxxxx", "xxxxx"]);
  entries.set("d", "x".repeat(11));
  expect(entries.get("d")).toBeUndefined();
});
