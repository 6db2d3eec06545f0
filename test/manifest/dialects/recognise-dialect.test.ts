import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { DIALECTS, parseManifest, recogniseDialect } from "../../../src/manifest/index.ts";
import { PACKAGES } from "./packages.ts";

const SAMPLES = {
  openfang:
    'id = "clip"\nname = "Clip"\ndescription = "x"\ncategory = "content"\ntools = ["shell_exec"]\n[[requires]]\nkey = "ffmpeg"\n[agent]\nsystem_prompt = "x"\n',
  "openfang-wrapped":
    '[hand]\nid = "clip"\nname = "Clip"\ncategory = "content"\ntools = ["shell_exec"]\n[hand.agent]\nsystem_prompt = "x"\n',
  librefang:
    'id = "clip"\nversion = "1.0.0"\ntools = []\n[agents.main]\ncoordinator = true\n[routing]\naliases = ["x"]\n',
  agentsos:
    '[hand]\nid = "a"\nname = "a"\nschedule = "0 7 * * *"\n[hand.functions]\nallowed = ["x"]\n[[hand.settings]]\nkey = "k"\n[hand.agent]\nmax_iterations = 3\n',
  cawl: '[hand]\nname = "a"\nschedule = "on-demand"\n[hand.tools]\nallowed = ["x"]\ndenied = ["shell"]\n[hand.guardrails]\nmax_cost = 1\n[hand.model]\nprimary = "x"\n',
  clawgear:
    '[hand]\nname = "a"\nschedule = "0 7 * * *"\ntask_prompt = "do it"\nrequires_approval = true\noutput_mode = "file"\n[adapter]\ntype = "x"\n',
  automaton:
    'schema_version = 1\n[hand]\nagent_id = "a"\narchetype = "x"\n[matching]\n[runtime]\n[persona]\ntools = ["x"]\n',
  bizclaw: 'name = "a"\nschedule = { cron = "0 7 * * *" }\n[[phases]]\nname = "one"\n',
  zeroclaw: 'name = "a"\nprompt = "do it"\n[schedule]\nkind = "cron"\n',
  native: '[hand]\nname = "a"\nschedule = "0 7 * * *"\n[tools]\nrequired = ["x"]\n',
} as const satisfies Record<(typeof DIALECTS)[number], string>;

describe("a dialect", () => {
  test.each(DIALECTS.map((dialect) => [dialect] as const))("%s is recognised by its shape", (dialect) => {
    expect(recogniseDialect(parse(SAMPLES[dialect]))).toBe(dialect);
  });

  test.each(DIALECTS.filter((dialect) => dialect !== "native").map((dialect) => [dialect] as const))(
    "%s is named to whoever parses a text alone, with the command that converts it",
    (dialect) => {
      const { hand, diagnostics } = parseManifest(SAMPLES[dialect], { path: "h/a/HAND.toml" });
      expect(hand).toBeUndefined();
      expect(diagnostics).toMatchObject([{ code: "other_dialect", severity: "error", line: 1, column: 1 }]);
      expect(diagnostics[0]?.message).toContain(`dialect ${dialect}`);
      expect(diagnostics[0]?.hint).toContain("hands convert");
    },
  );

  test("is known for each package that is written to a description", () => {
    expect(PACKAGES.length).toBeGreaterThanOrEqual(27);
    for (const { dialect, dir } of PACKAGES)
      expect(recogniseDialect(parse(readFileSync(join(dir, "HAND.toml"), "utf8"))), dir).toBe(dialect);
  });

  test("is unknown for any other TOML file, which is told that it is no hand", () => {
    const cargo = '[package]\nname = "x"\n[dependencies]\nserde = "1"\n';
    expect(recogniseDialect(parse(cargo))).toBe("unknown");
    expect(recogniseDialect({})).toBe("unknown");
    expect(recogniseDialect("text")).toBe("unknown");
    expect(parseManifest(cargo, { path: "h/a/HAND.toml" }).diagnostics).toMatchObject([
      { code: "not_a_hand" },
    ]);
    expect(parseManifest("", { path: "h/a/HAND.toml" }).diagnostics).toMatchObject([
      { code: "not_a_hand", line: 1, column: 1 },
    ]);
  });

  test("does not hide the mistakes of a native manifest", () => {
    const { diagnostics } = parseManifest('[hand]\nname = "a"\nid = "a"\nversion = 1\n', {
      path: "h/a/HAND.toml",
    });
    expect(diagnostics.map(({ code }) => code)).toEqual(["unknown_key", "wrong_type"]);
  });
});
