import { execFile } from "node:child_process";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createCliProject } from "./cli-project.ts";
import { GREETER, PAYER } from "./sample-hands.ts";

test.each([
  [["li"], ["list"]],
  [
    ["execution", ""],
    ["show", "cancel", "retry"],
  ],
  [["run", "gr"], ["greeter"]],
  [["run", "greeter", ""], []],
  [["list", "--j"], ["--json"]],
  [["approve", "x", "--rem"], ["--remember"]],
  [
    ["completion", ""],
    ["bash", "zsh", "fish"],
  ],
  [["answer", "x", "h"], ["happened"]],
  [["nonsense", "--"], expect.arrayContaining(["--hands", "--json"])],
])("%j completes to %j", async (words, expected) => {
  const project = await createCliProject({ ...GREETER, ...PAYER });
  const ran = await project.hands(["__complete", "--", ...words]);
  expect(ran.exitCode).toBe(0);
  expect(ran.stdout.split("\n").filter((line) => line !== "")).toEqual(expected);
});

test("the bash script completes in bash", async () => {
  const project = await createCliProject(GREETER);
  const binary = fileURLToPath(new URL("../../bin/hands.js", import.meta.url));
  await project.write("bin/hands", `#!/bin/sh\nexec "${process.execPath}" "${binary}" "$@"\n`);
  await chmod(join(project.dir, "bin/hands"), 0o755);
  const script = `eval "$(hands completion bash)"
COMP_WORDS=(hands run g); COMP_CWORD=2; _hands; echo "\${COMPREPLY[*]}"
COMP_WORDS=(hands ""); COMP_CWORD=1; _hands; echo "\${#COMPREPLY[@]}"
complete -p hands`;
  const env = { ...process.env, PATH: `${join(project.dir, "bin")}:${process.env["PATH"]}` };
  const stdout = await new Promise<string>((resolve) => {
    execFile("bash", ["-c", script], { cwd: project.dir, env }, (_error, out) => resolve(out));
  });
  const [hand, count, registered] = stdout.trim().split("\n");
  expect(hand).toBe("greeter");
  expect(Number(count)).toBeGreaterThan(20);
  expect(registered).toContain("-F _hands hands");
});

test("zsh and fish get scripts that ask the program", async () => {
  const project = await createCliProject();
  expect((await project.hands(["completion", "zsh"])).stdout).toMatch(/compdef _hands hands\n$/);
  expect((await project.hands(["completion", "fish"])).stdout).toMatch(/complete -c hands -f -a/);
  expect((await project.hands(["completion", "csh"])).exitCode).toBe(2);
});
