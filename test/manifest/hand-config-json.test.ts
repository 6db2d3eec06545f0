import { describe, expect, test } from "vitest";
import { handConfigFromJson, handConfigToJson, parseManifest } from "../../src/manifest/index.ts";
import { fc } from "../support/properties.ts";
import { DESIGN_EXAMPLE } from "./design-example.ts";

function configOf(text: string) {
  const { hand, diagnostics } = parseManifest(text, { path: "hands/a/HAND.toml" });
  if (hand === undefined) throw new Error(diagnostics[0]?.message);
  return hand;
}

describe("a config in the store", () => {
  test.each([
    ["the design's example", DESIGN_EXAMPLE],
    ["the smallest hand", "[hand]\n"],
    [
      "a schedule table",
      '[hand]\nschedule = { at = "07:30", timezone = "Europe/Berlin", jitter = 1.5, overlap = "allow", catch_up = "none", start = "2030-01-01T00:00:00Z" }\n',
    ],
    [
      "further keys, a sandbox and secrets",
      '[hand]\nx = [1, { y = 2 }]\n[sandbox]\nenabled = true\nread = ["/x"]\n[secrets]\nnames = ["A"]\n',
    ],
    ["keys of objects' own members", "[hand]\n[parameters]\nconstructor = 1\ntoString = { valueOf = 2 }\n"],
  ])("comes back equal: %s", (_, text) => {
    const config = configOf(text);
    expect(handConfigFromJson(JSON.parse(JSON.stringify(handConfigToJson(config))))).toStrictEqual(config);
  });

  test("comes back equal with any parameters", () => {
    const config = configOf("[hand]\n");
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false, maxDepth: 3 })),
        (drawn) => {
          const parameters = JSON.parse(JSON.stringify(drawn));
          const withParameters = { ...config, parameters };
          expect(handConfigFromJson(JSON.parse(JSON.stringify(handConfigToJson(withParameters))))).toEqual(
            withParameters,
          );
        },
      ),
    );
  });

  test("that is not one is refused with the place", () => {
    const json = { ...handConfigToJson(configOf("[hand]\n")), trigger: "sometimes" };
    expect(() => handConfigFromJson(json)).toThrow(
      expect.objectContaining({ code: "store_failed", details: { path: "trigger" } }),
    );
    expect(() => handConfigFromJson(null)).toThrow(expect.objectContaining({ code: "store_failed" }));
  });
});
