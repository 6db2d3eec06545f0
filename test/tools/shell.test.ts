import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { HandsError, systemClock } from "../../src/core/index.ts";
import { createShell } from "../../src/tools/builtin/shell.ts";
import { toCallableTool } from "../../src/tools/index.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { builtinTool } from "./builtin-tool.ts";

const shell = builtinTool("shell");

describe("shell", () => {
  test("runs a program in the workspace and gives its output", async () => {
    await using context = await createTestToolContext();
    const result = await shell.call(
      { argv: ["sh", "-c", "pwd; echo oops >&2; cat"], input: "from stdin" },
      context,
    );
    expect(result).toEqual({
      exitCode: 0,
      signal: null,
      stdout: `${context.workspace}\nfrom stdin`,
      stderr: "oops\n",
      truncated: false,
    });
  });

  test("passes arguments as they are: no shell reads them", async () => {
    await using context = await createTestToolContext();
    const argv = ["printf", "%s|", "$HOME", "; rm -rf x", "*", "`id`"];
    expect((await shell.call({ argv }, context)).stdout).toBe("$HOME|; rm -rf x|*|`id`|");
  });

  test("gives a non-zero exit and a death by signal as results", async () => {
    await using context = await createTestToolContext();
    expect(await shell.call({ argv: ["sh", "-c", "exit 7"] }, context)).toMatchObject({
      exitCode: 7,
      signal: null,
    });
    expect(await shell.call({ argv: ["sh", "-c", "kill -9 $$"] }, context)).toMatchObject({
      exitCode: null,
      signal: "SIGKILL",
    });
  });

  test("fails clearly when there is no such program", async () => {
    await using context = await createTestToolContext();
    await expect(shell.call({ argv: ["no-such-program"] }, context)).rejects.toMatchObject({
      code: "tool_failed",
    });
    await expect(shell.call({ argv: ["ls -l"] }, context)).rejects.toMatchObject({
      hint: 'argv is one part an entry: ["ls", "-l"], not ["ls -l"].',
    });
    await mkdir(context.workspace, { recursive: true });
    await writeFile(join(context.workspace, "broken"), "#!/no/such/interpreter\n", { mode: 0o755 });
    await expect(shell.call({ argv: ["./broken"] }, context)).rejects.toMatchObject({
      code: "tool_failed",
      message: expect.stringContaining("could not be started"),
    });
  });

  test("gives a child five variables, and none of the rest of the environment", async () => {
    const environment = {
      PATH: "/usr/bin:/bin",
      HOME: "/home/someone",
      SECRET_KEY: "hush",
      NODE_OPTIONS: "--inspect",
    };
    const tool = toCallableTool(createShell({ environment, clock: systemClock }), {
      origin: "builtin",
      codeVersion: "1",
    });
    await using context = await createTestToolContext({ secrets: { TOKEN: "hush" } });
    const parsed = await tool.parse({ argv: ["env"] });
    const result = parsed.ok ? await tool.execute(parsed.args, context) : parsed;
    expect((result as { stdout: string }).stdout.trim().split("\n").sort()).toEqual([
      "HANDS_EXECUTION=01execution",
      "HOME=/home/someone",
      "PATH=/usr/bin:/bin",
    ]);
  });

  test("runs in a folder of the workspace, and in no other", async () => {
    await using context = await createTestToolContext();
    await mkdir(join(context.workspace, "sub"), { recursive: true });
    await symlink("/tmp", join(context.workspace, "door"));
    expect((await shell.call({ argv: ["pwd"], cwd: "sub" }, context)).stdout).toBe(
      `${context.workspace}/sub\n`,
    );
    for (const cwd of ["..", "/", "door"]) {
      await expect(shell.call({ argv: ["pwd"], cwd }, context)).rejects.toMatchObject({
        code: "path_outside",
      });
    }
  });

  test("keeps the beginning and the end of an endless output", async () => {
    await using context = await createTestToolContext();
    const script = 'process.stdout.write("begin" + "x".repeat(5_000_000) + "end")';
    const result = await shell.call({ argv: ["node", "-e", script] }, context);
    expect(result.truncated).toBe(true);
    expect(result.stdout.length).toBeLessThan(70_000);
    expect(result.stdout).toMatch(/^beginx+\n\[… 4936008 bytes left out …\]\nx+end$/);
  });

  test("does not wait for what the program leaves running, and ends it", async () => {
    await using context = await createTestToolContext();
    const startedMs = performance.now();
    const result = await shell.call({ argv: ["sh", "-c", "sleep 60 & echo $!"] }, context);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    await expectGone(Number(result.stdout));
  });

  test("does not wait for what made a session of its own either", async () => {
    await using context = await createTestToolContext();
    const startedMs = performance.now();
    const result = await shell.call({ argv: ["sh", "-c", "setsid sleep 8 & echo done"] }, context);
    expect(result).toMatchObject({ exitCode: 0, stdout: "done\n" });
    expect(performance.now() - startedMs).toBeLessThan(6000);
  });

  test("stops a program at its time limit", async () => {
    await using context = await createTestToolContext();
    await expect(shell.call({ argv: ["sleep", "60"], timeoutSeconds: 0.2 }, context)).rejects.toMatchObject({
      code: "timeout",
      message: '"sleep" did not end within 0.2 s and was stopped',
    });
  });

  test("an abort kills a program that ignores SIGTERM, and its grandchild too", async () => {
    const controller = new AbortController();
    const reason = new HandsError("cancelled", "somebody cancelled");
    await using context = await createTestToolContext({ signal: controller.signal });
    const stubborn = `trap '' TERM; sh -c 'trap "" TERM; echo $$ > grandchild; while :; do sleep 1; done' & echo $$ > child; while :; do sleep 1; done`;
    const running = shell.call({ argv: ["sh", "-c", stubborn] }, context);
    const pids = await Promise.all(
      ["child", "grandchild"].map((name) => readPid(join(context.workspace, name))),
    );
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    for (const pid of pids) await expectGone(pid);
  });

  test("is destructive, never repeated by itself, and its output is not trusted", () => {
    expect(shell.tool.descriptor).toMatchObject({
      effect: "destructive",
      isIdempotent: false,
      isUntrusted: true,
      confinedTo: null,
    });
  });
});

describe("the files that a shell call names", () => {
  const filesOf = (argv: readonly string[], cwd = ".") => shell.tool.files({ argv: [...argv], cwd });

  test("are the program as found on the PATH, and every argument that may be a file", () => {
    const [program, ...files] = filesOf([
      "node",
      "deploy.js",
      "--config=a/b.json",
      "-fmake.mk",
      "-d",
      "@body.json",
      "-v",
    ]);
    expect(program).toMatch(/^\/.*\/node$/);
    expect(files).toEqual(["deploy.js", "a/b.json", "make.mk", "body.json", "@body.json"]);
  });

  test("are told relative to the folder it runs in, absolute ones as they are", () => {
    expect(filesOf(["./run.sh", "x", "/etc/hosts"], "sub")).toEqual(["sub/run.sh", "sub/x", "/etc/hosts"]);
  });

  test("include those that do not exist yet, and leave out whole scripts", () => {
    expect(filesOf(["/bin/sh", "not-yet.sh", "echo a\necho b"])).toEqual(["/bin/sh", "not-yet.sh"]);
  });
});

describe("process_list", () => {
  test("sees a busy child, by name and use, and no arguments", async () => {
    await using context = await createTestToolContext();
    const controller = new AbortController();
    const busy = shell
      .call(
        { argv: ["sh", "-c", "echo $$ > pid; while :; do :; done", "--token=hush"] },
        { ...context, signal: controller.signal },
      )
      .catch(() => {});
    const pid = await readPid(join(context.workspace, "pid"));
    const result = await builtinTool("process_list").call({ limit: 200, windowMs: 300 }, context);
    controller.abort();
    await busy;
    const found = result.processes.find((entry: { pid: number }) => entry.pid === pid);
    expect(found).toMatchObject({ parentPid: process.pid, name: expect.stringMatching(/^(sh|dash|bash)$/) });
    expect(found.memoryBytes).toBeGreaterThan(0);
    if (found.cpuPercent !== null) expect(found.cpuPercent).toBeGreaterThan(0);
    expect(JSON.stringify(result)).not.toContain("hush");
    expect(result.total).toBeGreaterThanOrEqual(result.processes.length);
  });

  test("sorts by memory and keeps to the limit", async () => {
    await using context = await createTestToolContext();
    const { processes } = await builtinTool("process_list").call(
      { sortBy: "memory", limit: 3, windowMs: 50 },
      context,
    );
    const sizes = processes.map((entry: { memoryBytes: number }) => entry.memoryBytes);
    expect(sizes).toEqual([...sizes].sort((left, right) => right - left));
    expect(sizes.length).toBeLessThanOrEqual(3);
  });
});

async function readPid(path: string): Promise<number> {
  for (;;) {
    const text = await readFile(path, "utf8").catch(() => "");
    if (text.endsWith("\n")) return Number(text);
    await systemClock.sleep(10);
  }
}

/** A process that ended and waits to be reaped by its new parent is gone too. */
async function expectGone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(1);
  for (let tries = 0; tries < 100; tries += 1) {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
    const isKilled = stat === "" || stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
    if (isKilled) return;
    await systemClock.sleep(20);
  }
  throw new Error(`process ${pid} is still there (see ${dirname(`/proc/${pid}/stat`)})`);
}
