import { expect, test } from "vitest";
import { formatGithub } from "../../src/cli/format-github.ts";
import { formatSarif } from "../../src/cli/format-sarif.ts";
import { createCliProject } from "./cli-project.ts";

const diagnostic = {
  severity: "warning",
  code: "unknown_key",
  message: "`a` is not a key, 100%",
  file: "/project/hands/a b/HAND.toml",
  line: 3,
  column: 2,
  hint: "Remove it:\nnow",
  source: "a = 1",
} as const;

test("SARIF names each rule once, and each result its rule, level and place relative to the project", () => {
  const log = formatSarif([diagnostic, { ...diagnostic, severity: "error", line: null, column: null }], {
    version: "1.2.3",
    cwd: "/project",
  });
  expect(log).toMatchObject({
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "hands", version: "1.2.3", rules: [{ id: "unknown_key" }] } },
        results: [
          {
            ruleId: "unknown_key",
            ruleIndex: 0,
            level: "warning",
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "hands/a%20b/HAND.toml" },
                  region: { startLine: 3, startColumn: 2 },
                },
              },
            ],
          },
          {
            level: "error",
            locations: [{ physicalLocation: { artifactLocation: { uri: "hands/a%20b/HAND.toml" } } }],
          },
        ],
      },
    ],
  });
});

test("a workflow command is one line, whatever the message", () => {
  expect(formatGithub([diagnostic], "/project")).toBe(
    "::warning file=hands/a b/HAND.toml,line=3,col=2,title=unknown_key::`a` is not a key, 100%25. Remove it:%0Anow\n",
  );
});

test("validate --strict looks closer than validate, --fix mends what is safe, and the formats are for programs", async () => {
  const project = await createCliProject({
    "hands/poster/HAND.toml": '[hand]\n[tools]\nrequired = ["file_read", "file_read"] # mine\n',
    "hands/poster/SYSTEM.md": "Never publish without asking.\n",
  });
  expect((await project.hands(["validate"])).exitCode).toBe(0);
  const strict = await project.hands(["validate", "--strict", "--fix"]);
  expect(strict.exitCode).toBe(2);
  expect(strict.stderr).toContain('+ required = ["file_read"] # mine');
  expect(strict.stderr).toContain("warning[gate_only_in_prompt]");
  expect(await project.read("hands/poster/HAND.toml")).toBe(
    '[hand]\n[tools]\nrequired = ["file_read"] # mine\n',
  );
  const sarif: { runs: readonly { results: readonly unknown[] }[] } = (
    await project.hands(["validate", "--strict", "--format", "sarif"])
  ).json();
  expect(sarif.runs[0]?.results).toMatchObject([{ ruleId: "gate_only_in_prompt" }]);
  const github = await project.hands(["validate", "--strict", "--format", "github"]);
  expect(github.stdout).toMatch(
    /^::warning file=hands\/poster\/SYSTEM\.md,line=1,col=1,title=gate_only_in_prompt::/,
  );
});
