import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createCliProject } from "./cli-project.ts";
import { runHere } from "./run-here.ts";
import { BROKEN, GREETER, PAYER } from "./sample-hands.ts";

interface Explanation {
  readonly sections: readonly { readonly title: string; readonly sentences: readonly string[] }[];
  readonly tools: readonly object[];
  readonly gates: readonly { readonly key: string }[];
}

/** The sentences of an explanation, by what they answer. */
async function explain(dir: string, name: string, ...more: readonly string[]) {
  const ran = await runHere(dir, ["explain", name, "--json", ...more]);
  expect(ran.exitCode, ran.stdout).toBe(0);
  const { sections, tools, gates } = ran.json() as Explanation;
  const find = (title: string) => sections.find((section) => section.title === title)?.sentences.join(" ");
  return {
    runs: find("When it runs"),
    alone: find("What it may do alone"),
    asks: find("What it must ask for"),
    silence: find("If nobody answers"),
    costs: find("What it can cost"),
    reach: find("What it can reach"),
    tools,
    gates: gates.map(({ key }) => key),
  };
}

test("explain says of a script on a schedule when it fires, that it asks nobody and costs nothing", async () => {
  const project = await createCliProject(GREETER);
  const said = await explain(project.dir, "greeter");
  expect(said.runs).toContain("It fires every Monday to Friday at 07:00, UTC.");
  expect(said.runs).toContain("`hands run greeter` starts it at any time");
  expect(said.asks).toMatch(/^Nothing/);
  expect(said.silence).toBe("As it is, it asks nobody, so nothing waits.");
  expect(said.costs).toContain("it costs nothing unless the script asks one");
  expect(said.reach).toContain("Network: none of its tools");
  const plain = await runHere(project.dir, ["explain", "greeter"]);
  expect(plain.stdout).toContain("When it runs\n  - It fires every Monday to Friday at 07:00, UTC.\n");
});

test("explain loads tools of the hand's own only when it is told to, and says what it did not look at", async () => {
  const project = await createCliProject(PAYER);
  const plain = await explain(project.dir, "payer");
  expect(plain.runs).toBe("It runs only when somebody starts it: `hands run payer`.");
  expect(plain.asks).toContain("To do send_payment: Pay an invoice (gate pay).");
  expect(plain.asks).toContain("Not looked at: its own tools");
  expect(plain.tools).toEqual([]);
  const loaded = await explain(project.dir, "payer", "--code");
  expect(loaded.asks).toBe("To call send_payment (destructive): Pay an invoice (gate pay).");
  expect(loaded.silence).toContain("after 7d the answer is no; it is never approved by itself.");
  expect(loaded.tools).toEqual([
    { name: "send_payment", effect: "destructive", decision: "ask", otherwise: null, conditions: [] },
  ]);
});

test("explain asks the policy: conditions, unattended tools, denials, automatic approval and limits", async () => {
  const project = await createCliProject({
    "hands.toml": '[policy]\ndeny = ["git_*"]\n[limits]\nmax_cost_usd_per_day = 9\n',
    "hands/clerk/HAND.toml": `[hand]
description = "Does paperwork"
enabled = false
[tools]
required = ["http_request", "file_write", "web_fetch", "git_commit"]
unattended = ["http_request"]
[git]
repositories = ["."]
[approval_gates]
post = { action = "http_request", description = "Post it", when = "args.method == 'POST'" }
send = { action = "broadcast", description = "Send it", auto_approve_after = 300 }
[output]
channel = "pager"
[network]
allow = ["api.example.org"]
[model]
name = "ollama/qwen3"
[limits]
max_cost_usd = 0.5
max_waiting = 2
`,
    "hands/clerk/SYSTEM.md": "Do paperwork.\n",
  });
  const said = await explain(project.dir, "clerk");
  expect(said.runs).toMatch(/^It is disabled/);
  expect(said.alone).toContain("Write to its own workspace and memory, nowhere else: file_write.");
  expect(said.alone).toContain(
    "Call http_request (destructive), as long as not `args.method == 'POST'`: then it asks.",
  );
  expect(said.asks).toContain(
    "To call http_request (destructive) when `args.method == 'POST'`: Post it (gate post).",
  );
  expect(said.asks).toContain("It never may call git_commit: the project denies git_*.");
  expect(said.asks).toContain("(gate send)");
  expect(said.silence).toContain("after 5m it is approved by itself.");
  expect(said.silence).toContain("Once 2 executions wait for a human");
  expect(said.costs).toContain("each run asks ollama/qwen3");
  expect(said.costs).toContain("before it costs more than $0.5.");
  expect(said.costs).toContain("together cost at most $9 a day");
  expect(said.reach).toContain("Network: api.example.org, through http_request and web_fetch; nothing else.");
});

test("explain of a broken hand, or of none, says so", async () => {
  const project = await createCliProject(BROKEN);
  const broken = await runHere(project.dir, ["explain", "broken"]);
  expect([broken.exitCode, broken.stdout]).toEqual([1, ""]);
  expect(broken.stderr).toContain("error[hand_broken]");
  expect((await runHere(project.dir, ["explain", "nobody"])).stderr).toContain("error[hand_not_found]");
});

test("explain knows every tool of every example, and names every gate", { timeout: 120_000 }, async () => {
  const project = await createCliProject();
  const examples = fileURLToPath(new URL("../../examples/hands", import.meta.url));
  const names = (await readdir(examples, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  expect(names.length).toBeGreaterThan(9);
  for (const { name } of names) {
    const said = await explain(project.dir, name, "--hands", examples, "--code");
    expect(`${said.asks} ${said.silence}`, name).not.toMatch(/Not looked at|Nobody provides/);
    for (const key of said.gates) expect(said.asks, name).toContain(`(gate ${key})`);
  }
});
