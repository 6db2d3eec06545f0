import { describe, expect, it } from "vitest";
import { createToolNames } from "../../src/models/tool-names.ts";
import { fc } from "../support/properties.ts";

describe("tool names on the wire", () => {
  it.each([
    ["read_file", "read_file"],
    ["files.read", "files__read"],
    ["files/read it", "files_read_it"],
    ["7zip", "_7zip"],
  ])("of %s is %s", (name, wireName) => {
    expect(createToolNames([name]).toWire(name)).toBe(wireName);
  });

  it("keeps a tool that is called like another one's wire name apart from it, in any order", () => {
    for (const names of [
      ["a.b", "a__b"],
      ["a__b", "a.b"],
    ]) {
      const toolNames = createToolNames(names);
      expect(toolNames.toWire("a__b")).toBe("a__b");
      expect(toolNames.toWire("a.b")).toMatch(/^a__b_[0-9a-f]{8}$/);
    }
  });

  it("gives back a name that no tool has as it is", () => {
    expect(createToolNames(["a.b"]).fromWire("a.b")).toBe("a.b");
  });

  it("is accepted, unique and reversible for any names", () => {
    const name = fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^[a-c._-]{1,80}$/));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 12 }), (names) => {
        const toolNames = createToolNames(names);
        const wireNames = names.map(toolNames.toWire);
        expect(new Set(wireNames).size).toBe(names.length);
        for (const wireName of wireNames) expect(wireName).toMatch(/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/);
        expect(wireNames.map(toolNames.fromWire)).toEqual(names);
      }),
    );
  });
});
