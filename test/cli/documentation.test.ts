import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readProjectFile } from "../../src/runtime/read-project-file.ts";
import type { CliProject } from "./cli-project.ts";
import { createCliProject } from "./cli-project.ts";
import { GREETER, PAYER } from "./sample-hands.ts";

/** Examples that end with another code than 0, as the text says. */
const OTHER_EXITS: Readonly<Record<string, number>> = {
  "run payer --json": 6,
  "execution retry ID --yes": 6,
};

const read = (name: string) => readFile(new URL(`../../docs/${name}`, import.meta.url), "utf8");

function listBlocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, "g"))].map(
    ([, block = ""]) => block,
  );
}

function splitWords(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? "",
  );
}

/** Makes what the command is about, and gives its id. */
async function makeSubject(project: CliProject, command: string): Promise<string> {
  const { id, approvalId } = (await project.hands(["run", "payer", "--json"])).json() as {
    id: string;
    approvalId: string;
  };
  if (/^(execution retry|replay)/.test(command)) await project.hands(["approve", approvalId]);
  return /^(approve|reject|answer)/.test(command) ? approvalId : id;
}

test("every command of docs/cli.md does what it says", { timeout: 300_000 }, async () => {
  const project = await createCliProject(
    Object.fromEntries(
      Object.entries({ ...GREETER, ...PAYER }).map(([path, text]) => [
        path.replace("greeter", "sentinel"),
        text.replace('"greeter"', '"sentinel"'),
      ]),
    ),
  );
  await project.write("backups/.keep", "");
  await project.write("downloads/oracle/HAND.toml", '[hand]\nname = "oracle"\n');
  const lines = listBlocks(await read("cli.md"), "sh").flatMap((block) => block.trim().split("\n"));
  expect(lines.length).toBeGreaterThan(35);
  for (const line of lines) {
    expect(line).toMatch(/^hands /);
    const command = line.slice("hands ".length);
    const id = command.includes("ID") ? await makeSubject(project, command) : "";
    const words = splitWords(command).map((word) => (word === "ID" ? id : word));
    const running = project.start(words);
    if (words[0] === "up") {
      await running.saw("Ctrl-C stops");
      running.child.kill("SIGTERM");
    }
    const ran = await running.ended;
    expect(ran.exitCode, `${line}\n${ran.stdout}${ran.stderr}`).toBe(
      OTHER_EXITS[command] ?? (command.startsWith("answer") ? 2 : 0),
    );
    if (words.includes("--json")) expect(() => ran.json(), line).not.toThrow();
  }
});

test("the example of docs/configuration.md is a hands.toml, and shows every table", async () => {
  const [example = ""] = listBlocks(await read("configuration.md"), "toml");
  const { file, diagnostics } = readProjectFile(example, "hands.toml");
  expect(diagnostics).toEqual([]);
  expect(Object.keys(file ?? {})).toEqual([
    "hands_dir",
    "tools_dir",
    "db",
    "data_dir",
    "max_concurrent",
    "server",
    "model",
    "policy",
    "alerts",
    "limits",
    "channels",
    "mcp",
    "secrets",
    "audit",
    "retention",
  ]);
});

test.each(["compose.yaml", "kubernetes.yaml"])(
  "the processes of deploy/%s are started with options that there are",
  async (name) => {
    const project = await createCliProject();
    const { stdout: help } = await project.hands(["help", "up"]);
    const text = await readFile(new URL(`../../deploy/${name}`, import.meta.url), "utf8");
    const commands = [...text.matchAll(/(?:command|args): \[("?up.*)\]/g)].map(([, words = ""]) =>
      words.split(",").map((word) => word.trim().replaceAll('"', "")),
    );
    expect(commands).toHaveLength(2);
    for (const [command, ...options] of commands) {
      expect(command).toBe("up");
      for (const option of options) expect(help).toContain(`${option} `);
    }
  },
);
