import { expect, test } from "vitest";
import type { CliProject } from "./cli-project.ts";
import { createCliProject } from "./cli-project.ts";
import { PAYER } from "./sample-hands.ts";

type Json = Record<string, unknown>;

/** Runs the payer until it asks. Gives the ids. */
async function ask(project: CliProject) {
  const ran = await project.hands(["run", "payer", "--json"]);
  expect(ran.exitCode, ran.stderr).toBe(6);
  const { id, approvalId } = ran.json() as { id: string; approvalId: string };
  return { id, approvalId };
}

async function outcomeOf(project: CliProject, id: string): Promise<unknown> {
  return ((await project.hands(["execution", "show", id, "--json"])).json() as Json)["outcome"];
}

test("with no server, approve carries the execution on to its end", async () => {
  const project = await createCliProject(PAYER);
  const { id, approvalId } = await ask(project);
  const ran = await project.hands(["approve", approvalId.slice(-6), "--note", "agreed", "--json"]);
  expect(ran.exitCode, ran.stderr).toBe(0);
  expect(ran.json()).toMatchObject({
    id: approvalId,
    status: "approved",
    note: "agreed",
    execution: { id, outcome: "success", output: "paid 5" },
  });
  expect(await project.read("data/workspaces/payer/paid.txt")).toBe("5\n");
});

test("a late decision is told what was decided, and ends with 1", async () => {
  const project = await createCliProject(PAYER);
  const { approvalId } = await ask(project);
  await project.hands(["approve", approvalId]);
  const late = await project.hands(["reject", approvalId]);
  expect([late.exitCode, late.stdout]).toEqual([1, ""]);
  expect(late.stderr).toMatch(
    /error\[approval_resolved\].*decided before: approved by .+ through cli at \d{4}-/,
  );
  expect(await project.read("data/workspaces/payer/paid.txt")).toBe("5\n");
});

test("reject tells the hand the reason, and nothing is paid", async () => {
  const project = await createCliProject(PAYER);
  const { id, approvalId } = await ask(project);
  const ran = await project.hands(["reject", approvalId, "--note", "too expensive"]);
  expect(ran.exitCode).toBe(0);
  expect(ran.stderr).toContain("too expensive");
  expect(await outcomeOf(project, id)).toBe("failure");
  await expect(project.read("data/workspaces/payer/paid.txt")).rejects.toThrow();
});

test("edited arguments pass the schema again, and are what runs", async () => {
  const project = await createCliProject(PAYER);
  const { approvalId } = await ask(project);
  const tooMuch = await project.hands(["approve", approvalId, "--args", '{"amount":5000}']);
  expect([tooMuch.exitCode, tooMuch.stderr.includes("error[tool_arguments]")]).toEqual([1, true]);
  expect((await project.hands(["approve", approvalId, "--args", "[1]"])).exitCode).toBe(2);
  expect((await project.hands(["approve", approvalId, "--args", '{"amount":3}'])).exitCode).toBe(0);
  expect(await project.read("data/workspaces/payer/paid.txt")).toBe("3\n");
});

test("inside an execution nobody decides", async () => {
  const project = await createCliProject(PAYER);
  const { approvalId } = await ask(project);
  const env = { HANDS_EXECUTION: "x" };
  for (const args of [
    ["approve", approvalId],
    ["reject", approvalId],
    ["answer", approvalId, "retry"],
  ]) {
    const ran = await project.hands([...args, "--json"], { env });
    expect([ran.exitCode, ran.json()]).toMatchObject([4, { error: { code: "denied" } }]);
  }
  expect((await project.hands(["approvals", "--json"])).json()).toMatchObject([{ status: "pending" }]);
});

test("--no-continue decides and leaves the execution, which `hands up` then ends", async () => {
  const project = await createCliProject(PAYER);
  const { id, approvalId } = await ask(project);
  const ran = await project.hands(["approve", approvalId, "--no-continue"]);
  expect([ran.exitCode, ran.stderr.includes("it goes on when `hands up` runs")]).toEqual([0, true]);
  expect(await outcomeOf(project, id)).toBe(null);
  const up = project.start(["up"]);
  await up.saw(/payer \w+ success/);
  expect(await outcomeOf(project, id)).toBe("success");
});

test("a server in another process notices the decision and goes on by itself", async () => {
  const project = await createCliProject(PAYER);
  const up = project.start(["up"]);
  await up.saw("Ctrl-C stops");
  const { id, approvalId } = await ask(project);
  await up.saw("payer asks: Pay an invoice");
  const ran = await project.hands(["approve", approvalId]);
  expect([ran.exitCode, ran.stderr.includes("a running `hands up` goes on with it")]).toEqual([0, true]);
  await up.saw(/payer \w+ success/);
  expect(await outcomeOf(project, id)).toBe("success");
});

test("an id that several begin with is refused, and the candidates are named", async () => {
  const project = await createCliProject(PAYER);
  const first = await ask(project);
  const second = await ask(project);
  const ran = await project.hands(["approve", first.approvalId.slice(0, 4)]);
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toContain(first.approvalId);
  expect(ran.stderr).toContain(second.approvalId);
});

test("a remembered answer for the hand answers the same call unasked", async () => {
  const project = await createCliProject(PAYER);
  const { approvalId } = await ask(project);
  expect((await project.hands(["approve", approvalId, "--until", "2999-01-01"])).exitCode).toBe(2);
  const ran = await project.hands(["approve", approvalId, "--remember", "hand", "--until", "2999-01-01"]);
  expect(ran.exitCode, ran.stderr).toBe(0);
  expect(await project.hands(["run", "payer"])).toMatchObject({ exitCode: 0, stdout: "paid 5\n" });
});

test("a call that a kill interrupted asks whether it happened, and is answered", async () => {
  const project = await createCliProject({
    ...PAYER,
    "hands/payer/tools/send-payment.ts": `import { writeSync } from "node:fs";
import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "send_payment",
  description: "Pays",
  effect: "destructive",
  input: z.object({ amount: z.number() }),
  execute() {
    writeSync(2, "paying now\\n");
    return new Promise(() => {});
  },
});
`,
  });
  const { approvalId } = await ask(project);
  const deciding = project.start(["approve", approvalId]);
  await deciding.saw("paying now");
  deciding.child.kill("SIGKILL");
  const up = project.start(["up"]);
  await up.saw(/Decide: hands answer/);
  const [question] = (await project.hands(["approvals", "--json"])).json() as { id: string; kind: string }[];
  expect(question?.kind).toBe("unknown");
  const id = question?.id ?? "";
  expect((await project.hands(["approve", id])).stderr).toContain("hands answer");
  expect((await project.hands(["answer", id, "perhaps"])).exitCode).toBe(2);
  const answered = await project.hands([
    "answer",
    id,
    "happened",
    "--result",
    '{"paid":5}',
    "--note",
    "in the bank's list",
  ]);
  expect(answered.exitCode, answered.stderr).toBe(0);
  await up.saw(/payer \w+ success/);
}, 90_000);
