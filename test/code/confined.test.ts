import { existsSync } from "node:fs";
import { mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CodeConfinement } from "../../src/code/index.ts";
import type { Confine, Sandbox } from "../../src/tools/index.ts";
import { createSandbox } from "../../src/tools/index.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { useHosts } from "./open-host.ts";

const openHost = useHosts();
const environment = { PATH: process.env["PATH"], SECRET_OF_THE_MACHINE: "s3cret" };
const machine = createSandbox({ environment, hidden: [] }).check();

/** A hand with one tool that does what the test says, in the sandbox. */
async function loadConfined(
  body: string,
  change: Partial<CodeConfinement> = {},
  settings: { readonly memoryMb?: number; readonly sandbox?: Sandbox } = {},
) {
  const workspace = await realpath(await mkdtemp(join(tmpdir(), "hands-workspace-")));
  onTestFinished(() => rm(workspace, { recursive: true, force: true }));
  const sandbox = createSandbox({ environment, hidden: [] });
  const opened = openHost({ sandbox, ...settings, environment });
  const dir = await opened.writeHand({
    "tools/act.ts": `import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "act",
  description: "Acts",
  effect: "read",
  input: z.object({}),
  async execute(_args, context) { ${body} },
});
`,
  });
  const code = await opened.host.load({
    handName: "confined",
    hash: dir,
    dir,
    scriptPath: null,
    toolPaths: ["tools/act.ts"],
    confinement: {
      enabled: true,
      read: [],
      network: false,
      memoryMb: null,
      processes: null,
      workspace,
      ...change,
    },
  });
  const [tool] = code.tools;
  if (tool === undefined) throw new Error("the hand has no tool");
  const act = async () => {
    await using context = await createTestToolContext({ workspace });
    const parsed = await tool.parse({});
    if (!parsed.ok) throw new Error(parsed.message);
    return await tool.execute(parsed.args, context);
  };
  return { act, dir, workspace, opened };
}

test("code that demands a sandbox is not loaded where there is none", async () => {
  const { host, writeHand } = openHost();
  const dir = await writeHand({ "hand.ts": "export default async () => 1;" });
  const version = { handName: "confined", hash: "a", dir, scriptPath: "hand.ts", toolPaths: [] };
  const confinement = {
    enabled: true,
    read: [],
    network: false,
    memoryMb: null,
    processes: null,
    workspace: null,
  };
  await expect(host.load({ ...version, confinement })).rejects.toMatchObject({ code: "hand_broken" });
  const missing = createSandbox({ environment: { PATH: "/nonexistent" }, hidden: [], platform: "linux" });
  const { host: other } = openHost({ sandbox: missing });
  await expect(other.load({ ...version, confinement })).rejects.toMatchObject({
    code: "hand_broken",
    message: expect.stringContaining("no program bwrap"),
  });
});

test("a hand's code is given the way to programs, language, time zone and the mark that keeps it from deciding, and no other variable", async () => {
  const given: Parameters<Confine>[0][] = [];
  // Without walls: what is given to the process is all that it can show.
  const sandbox: Sandbox = {
    check: () => ({ isAvailable: true, program: "/bin/true", version: "test" }),
    open: () => (program) => {
      given.push(program);
      return program;
    },
  };
  const { act } = await loadConfined("return process.env;", {}, { sandbox });
  const seen = (await act()) as Record<string, string>;
  expect(given.map((program) => program.environment)).toEqual([
    { PATH: environment.PATH, HANDS_EXECUTION: "hand:confined" },
  ]);
  expect(seen["PATH"]).toBe(environment.PATH);
  expect(JSON.stringify(seen)).not.toContain(environment.SECRET_OF_THE_MACHINE);
});

if (!machine.isAvailable) {
  process.stderr.write(`\nNOT TESTED: no hand's code was run in a real sandbox. ${machine.reason}.\n\n`);
}

describe.skipIf(!machine.isAvailable)("a hand's code in a real sandbox", () => {
  test("has its arguments, its context and its workspace, and speaks as a thread does", async () => {
    const { act, workspace } = await loadConfined(`
      await context.memory.set("seen", { n: 1 });
      writeFileSync(context.workspace + "/note", "mine");
      console.log("said");
      return { seen: await context.memory.get("seen"), home: process.env.HOME, node: process.versions.node };`);
    expect(await act()).toEqual({ seen: { n: 1 }, home: "/tmp", node: process.versions.node });
    expect(await readFile(join(workspace, "note"), "utf8")).toBe("mine");
  });

  test("sees no other file, variable or process, and writes to nothing but its workspace", async () => {
    const outside = await mkdtemp(join(tmpdir(), "hands-outside-"));
    onTestFinished(() => rm(outside, { recursive: true, force: true }));
    await writeFile(join(outside, "secret"), "s3cret");
    const { act, dir } = await loadConfined(`
      const attempt = (work) => { try { return work(); } catch (error) { return error.code; } };
      return {
        secret: attempt(() => readFileSync(${JSON.stringify(join(outside, "secret"))}, "utf8")),
        shadow: attempt(() => readFileSync("/etc/shadow", "utf8")),
        own: attempt(() => writeFileSync(import.meta.dirname + "/x", "x")),
        processes: readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).length,
        variable: process.env.SECRET_OF_THE_MACHINE ?? null,
      };`);
    const seen = (await act()) as { processes: number };
    expect(seen).toMatchObject({ secret: "ENOENT", shadow: "ENOENT", own: "EROFS", variable: null });
    expect(seen.processes).toBeLessThan(8);
    expect(existsSync(join(dir, "tools/x"))).toBe(false);
  });

  test("reaches no network by itself; `network = true` gives the machine's", async () => {
    const server = createServer((_request, response) => response.end("reached"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const body = `try { return await (await fetch("http://127.0.0.1:${port}")).text(); } catch { return "no network"; }`;
    expect(await (await loadConfined(body)).act()).toBe("no network");
    expect(await (await loadConfined(body, { network: true })).act()).toBe("reached");
  });

  test("ends by itself, by its memory or by nonsense that it says, and takes nothing with it; the next call has a new process", async () => {
    const exits = await loadConfined("process.exit(3);");
    await expect(exits.act()).rejects.toThrow(/ended its own thread|ended with code 3|code 3/);
    await expect(exits.act()).rejects.toThrow(/code 3/);
    const hungry = await loadConfined(
      "const all = []; for (;;) all.push(new Array(1e5).fill(all.length));",
      {},
      { memoryMb: 64 },
    );
    await expect(hungry.act()).rejects.toThrow("used more than 64 MB of memory");
    const liar = await loadConfined(
      "process.send(null); await new Promise(() => setTimeout(() => {}, 60_000));",
    );
    await expect(liar.act()).rejects.toThrow("no message of a worker");
    const thrower = await loadConfined(
      "setImmediate(() => { throw new Error('loose'); }); await new Promise(() => setTimeout(() => {}, 60_000));",
    );
    await expect(thrower.act()).rejects.toThrow("loose");
  });

  test("is ended with what it started, also in the middle of a loop", async () => {
    const { act, workspace, opened } = await loadConfined(`
      const { spawn } = await import("node:child_process");
      spawn("sh", ["-c", "sleep 1; echo late > late"], { cwd: context.workspace, detached: true });
      writeFileSync(context.workspace + "/up", "");
      for (;;);`);
    const call = act();
    call.catch(() => {});
    await expect.poll(() => existsSync(join(workspace, "up")), { timeout: 30_000 }).toBe(true);
    await opened.host.stop();
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/effect_unknown|stopping/) });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(existsSync(join(workspace, "late"))).toBe(false);
  });
});
