import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { InstalledPackage, InstalledProgram } from "./installed-package.ts";
import { startInstalled } from "./installed-package.ts";

type Step =
  | { readonly kind: "command"; readonly words: readonly string[] }
  | { readonly kind: "file"; readonly path: string; readonly text: string };

/** The steps of the tutorial, in their order. The first is the package's installation, which was done. */
async function readSteps(): Promise<readonly Step[]> {
  const page = await readFile(new URL("../../docs/tutorial.md", import.meta.url), "utf8");
  const blocks = [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, language, path, text = ""]): readonly Step[] => {
    if (language !== "sh") return [{ kind: "file", path: path ?? "", text }];
    const lines = text.trim().split("\n");
    return lines
      .filter((line) => line !== "npm install hands")
      .map((line) => {
        expect(line).toMatch(/^npx hands /);
        const words = [...line.slice("npx hands ".length).matchAll(/"([^"]*)"|(\S+)/g)];
        return { kind: "command", words: words.map(([, quoted, bare = ""]) => quoted ?? bare) };
      });
  });
}

/** Does what the tutorial says, and gives what each command said, the last time that it was run. */
export async function walkTutorial(installed: InstalledPackage): Promise<ReadonlyMap<string, string>> {
  const said = new Map<string, string>();
  let up: InstalledProgram | undefined;
  try {
    for (const step of await readSteps()) {
      if (step.kind === "file") await writeStep(installed, step);
      else if (step.words[0] === "up") up = await startAgain(installed, up);
      else said.set(step.words.join(" "), await runStep(installed, step.words));
    }
    up?.child.kill("SIGTERM");
    expect((await up?.ended)?.exitCode).toBe(0);
  } finally {
    up?.child.kill("SIGKILL");
  }
  return said;
}

async function writeStep({ projectDir }: InstalledPackage, step: Step & { readonly kind: "file" }) {
  await mkdir(dirname(join(projectDir, step.path)), { recursive: true });
  await writeFile(join(projectDir, step.path), step.text);
}

async function runStep(installed: InstalledPackage, words: readonly string[]): Promise<string> {
  const line = words.join(" ");
  const ids = words.includes("ID")
    ? (JSON.parse((await startInstalled(installed, ["approvals", "--json"]).ended).stdout) as {
        id: string;
      }[])
    : [];
  const ran = await startInstalled(
    installed,
    words.map((word) => (word === "ID" ? (ids[0]?.id ?? "") : word)),
  ).ended;
  expect(ran.exitCode, `${line}\n${ran.stdout}${ran.stderr}`).toBe(line === "run announce" ? 6 : 0);
  if (line === "run announce --dry-run") {
    expect(existsSync(join(installed.projectDir, "data/workspaces/announce/published.md"))).toBe(false);
  }
  return ran.stdout + ran.stderr;
}

/** The first time `up` is left running; the second time it is killed, started again, and what waits is approved as the page does it. */
async function startAgain(
  installed: InstalledPackage,
  before: InstalledProgram | undefined,
): Promise<InstalledProgram> {
  before?.child.kill("SIGKILL");
  await before?.ended;
  const up = startInstalled(installed, ["up", "--port", "0"]);
  const [link] = await up.saw(/http:\/\/\S+\/login\S+/);
  if (before === undefined) return up;
  const [cookie = ""] =
    (await fetch(link, { redirect: "manual" })).headers.get("set-cookie")?.split(";") ?? [];
  const ask = async (address: string, init: RequestInit = {}) => {
    const response = await fetch(new URL(address, link), {
      ...init,
      headers: { cookie, "content-type": "application/json", ...init.headers },
    });
    expect(response.status, address).toBeLessThan(300);
    return (await response.json()) as never;
  };
  const { csrfToken } = (await ask("/api/session")) as { csrfToken: string };
  const { items } = (await ask("/api/approvals")) as { items: { id: string; executionId: string }[] };
  expect(items).toHaveLength(1);
  const [waiting] = items;
  await ask(`/api/approvals/${waiting?.id}/approve`, {
    method: "POST",
    body: "{}",
    headers: { "x-hands-csrf": csrfToken },
  });
  await up.saw(/announce \w{8} success/);
  return up;
}
