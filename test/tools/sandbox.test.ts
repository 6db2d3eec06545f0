import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readEnvironment } from "../../src/core/index.ts";
import { checkGateCoverage, parseManifest } from "../../src/manifest/index.ts";
import { findProgram } from "../../src/tools/find-program.ts";
import type { SandboxProfile } from "../../src/tools/index.ts";
import { createSandbox } from "../../src/tools/index.ts";
import { findSystemProgram } from "../support/system-program.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { builtinTool } from "./builtin-tool.ts";

const environment = readEnvironment();
const shell = builtinTool("shell");

/** An empty project of its own, as `hands` has one: a secret beside the workspace of a hand. */
async function createProject() {
  const dir = await realpath(await mkdtemp(join(tmpdir(), "hands-sandbox-")));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const workspace = join(dir, "data", "workspaces", "tester");
  await mkdir(workspace, { recursive: true });
  await writeFile(join(dir, "data", "hands.db"), "secret");
  const profile: SandboxProfile = {
    workspace,
    read: [],
    hasNetwork: false,
    memoryMb: null,
    processes: null,
  };
  return { dir, workspace, profile };
}

/** A folder with a program called `bwrap` that does what its lines say, as the whole PATH but for the system's. */
async function createFakeProgram(dir: string, lines: string): Promise<string> {
  const bin = join(dir, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "bwrap"), `#!/bin/sh\n${lines}\n`);
  await chmod(join(bin, "bwrap"), 0o755);
  return bin;
}

test("the example of docs/security.md lets `shell` run unattended because it is confined", async () => {
  const text = await readFile(new URL("../../docs/security.md", import.meta.url), "utf8");
  const [example] = [...text.matchAll(/```toml\n(\[hand\][\s\S]*?)```/g)].map(([, toml = ""]) => toml);
  const { hand, diagnostics } = parseManifest(example ?? "", { path: "docs/security.md" });
  if (hand === undefined) throw new Error("the example is no manifest");
  const tools = [
    { name: "shell", action: null, effect: "destructive" },
    { name: "file_write", action: null, effect: "write" },
  ] as const;
  expect([...diagnostics, ...checkGateCoverage(hand, { tools, isComplete: true })]).toEqual([]);
  expect(hand.sandbox).toMatchObject({ enabled: true, network: false, memoryMb: 2048 });
});

describe("where the machine has no sandbox", () => {
  test("says that bubblewrap is not installed, and how to install it", () => {
    const sandbox = createSandbox({ environment: { PATH: "/nonexistent" }, hidden: [], platform: "linux" });
    expect(sandbox.check()).toMatchObject({
      isAvailable: false,
      reason: expect.stringContaining("no program bwrap"),
      hint: expect.stringContaining("apt-get install bubblewrap"),
    });
  });

  test("says what bubblewrap said where user namespaces are refused, and what to allow", async () => {
    const { dir, profile } = await createProject();
    const PATH = await createFakeProgram(
      dir,
      'echo "bwrap: No permissions to create a new namespace" >&2; exit 1',
    );
    const sandbox = createSandbox({ environment: { PATH }, hidden: [], platform: "linux" });
    expect(sandbox.check()).toMatchObject({
      isAvailable: false,
      reason: expect.stringContaining("No permissions to create a new namespace"),
      hint: expect.stringContaining("kernel.unprivileged_userns_clone=1"),
    });
    expect(() => sandbox.open(profile)).toThrow(
      expect.objectContaining({ code: "hand_broken", hint: expect.stringContaining("user namespaces") }),
    );
  });

  test("refuses systems other than Linux", () => {
    expect(createSandbox({ environment, hidden: [], platform: "darwin" }).check()).toMatchObject({
      isAvailable: false,
      reason: expect.stringContaining("works on Linux alone"),
    });
  });
});

describe("what bubblewrap is asked for", () => {
  test("namespaces of its own, no network, the workspace writable and nothing of the project besides", async () => {
    const { dir, workspace, profile } = await createProject();
    const PATH = await createFakeProgram(dir, 'echo "bubblewrap 9"');
    const sandbox = createSandbox({ environment: { PATH }, hidden: [dir, "/usr/secret"] });
    expect(sandbox.check()).toMatchObject({ isAvailable: true, version: "bubblewrap 9" });
    const program = {
      file: "/bin/sh",
      argv: ["sh", "-c", "id"],
      cwd: workspace,
      environment: { A: "1" },
    } as const;
    const plain = sandbox.open(profile)(program);
    expect(plain).toMatchObject({ file: join(PATH, "bwrap"), environment: { A: "1" } });
    const line = plain.argv.join(" ");
    for (const part of [
      "--unshare-user --unshare-pid --unshare-ipc",
      "--unshare-net",
      "--die-with-parent --cap-drop ALL",
      "--tmpfs /usr/secret",
      `--bind ${workspace} ${workspace} --chdir ${workspace}`,
      "-- /bin/sh -c id",
    ]) {
      expect(line).toContain(part);
    }
    const writable = plain.argv.filter((_part, index) => plain.argv[index - 1] === "--bind");
    expect(writable).toEqual([workspace]);
    const bounded = sandbox.open({ ...profile, hasNetwork: true, memoryMb: 64, processes: 10 })(program);
    expect(bounded.argv.join(" ")).toContain("-- prlimit --as=67108864 --nproc=10 -- /bin/sh -c id");
    expect(bounded.argv).not.toContain("--unshare-net");
  });

  test("what shows the project, its data or the home folder is refused, and so is a program that is not shown", async () => {
    const { dir, workspace, profile } = await createProject();
    const home = join(dir, "..", "home-of-nobody");
    const PATH = await createFakeProgram(dir, "exit 0");
    const sandbox = createSandbox({ environment: { PATH, HOME: home }, hidden: [dir] });
    for (const path of ["/", dirname(dir), dir, join(dir, "data")]) {
      expect(() => sandbox.open({ ...profile, read: [path] }), path).toThrow(/would show/);
    }
    expect(() => sandbox.open({ ...profile, read: ["/no/such/folder"] })).toThrow(/does not exist/);
    const file = join(PATH, "bwrap");
    const confine = sandbox.open(profile);
    expect(() => confine({ file, argv: ["mine"], cwd: workspace, environment: {} })).toThrow(
      /which the sandbox does not show/,
    );
  });
});

await findSystemProgram({
  title: "bubblewrap",
  packageName: "bubblewrap",
  missing: "NO PROGRAM IS RUN IN A REAL SANDBOX",
  advice: "Install it: apt-get install bubblewrap.",
  search: () => findProgram("bwrap", "/", environment["PATH"]) ?? null,
});
const machine = createSandbox({ environment, hidden: [] }).check();
if (!machine.isAvailable) {
  process.stderr.write(
    `\nNOT TESTED: no program was run in a real sandbox. ${machine.reason}. ${machine.hint}\n\n`,
  );
}

describe.skipIf(!machine.isAvailable)("a program in a real sandbox", () => {
  async function run(script: string, change: Partial<SandboxProfile> = {}) {
    const { dir, workspace, profile } = await createProject();
    const confine = createSandbox({ environment, hidden: [dir] }).open({ ...profile, ...change });
    await using context = await createTestToolContext({ workspace, confine });
    const result = await shell.call({ argv: ["sh", "-c", script] }, context);
    return { ...result, dir, workspace } as {
      stdout: string;
      stderr: string;
      exitCode: number;
      workspace: string;
    };
  }

  test("writes to its workspace and to nothing else", async () => {
    const { stdout, workspace } = await run(
      "echo mine > note; cat note; for at in /usr /etc /; do touch $at/x 2>/dev/null && echo wrote $at; done; touch /usr/bin/x",
    );
    // The root and /etc are folders of the sandbox's own, in memory.
    expect(stdout.replace(/^wrote \/(etc)?$\n/gm, "")).toBe("mine\n");
    expect(await readFile(join(workspace, "note"), "utf8")).toBe("mine\n");
    for (const path of ["/x", "/etc/x", "/usr/x", "/usr/bin/x"]) expect(existsSync(path), path).toBe(false);
  });

  test("sees neither data, hands, home nor the system's secrets", async () => {
    const { stdout, stderr } = await run(
      `cat ../../hands.db /etc/shadow; ls ../.. ${homedir()} ${process.cwd()}; ls -A /home /root; echo "$HOME"`,
    );
    expect(stdout).not.toContain("secret");
    expect(stdout.trim().split("\n").at(-1)).toBe("/tmp");
    expect(stdout).not.toContain("package.json");
    expect(stderr.match(/No such file or directory/g)?.length ?? 0).toBeGreaterThanOrEqual(4);
  });

  test("reaches no network, not even a server of this machine", async () => {
    const server = createServer((socket) => socket.end("reached\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const script = `exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3`;
    const { dir, workspace, profile } = await createProject();
    const call = async (hasNetwork: boolean) => {
      const confine = createSandbox({ environment, hidden: [dir] }).open({ ...profile, hasNetwork });
      await using context = await createTestToolContext({ workspace, confine });
      return await shell.call({ argv: ["bash", "-c", script] }, context);
    };
    expect((await call(false)).exitCode).not.toBe(0);
    expect((await call(true)).stdout).toBe("reached\n");
  });

  test("sees and signals no other process, and has no capabilities", async () => {
    const { stdout } = await run(
      `ls -d /proc/[0-9]* | wc -l; kill -0 ${process.pid} 2>/dev/null && echo signalled; grep CapEff /proc/self/status`,
    );
    const [count, capabilities] = stdout.trim().split("\n");
    expect(Number(count)).toBeLessThan(8);
    expect(capabilities).toMatch(/^CapEff:\s+0+$/);
  });

  test("is bound in memory where the manifest says so", async () => {
    const { exitCode, stderr } = await run("head -c 200m /dev/zero | tail -c 190m | wc -c", { memoryMb: 64 });
    expect(`${exitCode} ${stderr}`).toMatch(/memory|Cannot allocate|exhausted/i);
  });

  test("reads what `read` lists, and no more", async () => {
    const other = await realpath(await mkdtemp(join(tmpdir(), "hands-readable-")));
    onTestFinished(() => rm(other, { recursive: true, force: true }));
    await writeFile(join(other, "words"), "known\n");
    const { stdout, stderr } = await run(`cat ${other}/words; echo x > ${other}/words`, { read: [other] });
    expect(stdout).toBe("known\n");
    expect(stderr).toMatch(/Read-only file system/);
  });

  test("ends with everything that it started when the call is aborted", async () => {
    const { dir, workspace, profile } = await createProject();
    const confine = createSandbox({ environment, hidden: [dir] }).open(profile);
    await using context = await createTestToolContext({ workspace, confine });
    const script = "setsid sh -c 'sleep 1; echo late > late' & echo up > up; wait";
    const call = shell.call({ argv: ["sh", "-c", script], timeoutSeconds: 0.4 }, context);
    await expect(call).rejects.toMatchObject({ code: "timeout" });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(existsSync(join(workspace, "late"))).toBe(false);
  });
});
