import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import type { CommandContext } from "../../src/cli/command-context.ts";
import { runHand } from "../../src/cli/run-hand.ts";
import type { OutputStream } from "../../src/cli/terminal.ts";
import { createTerminal } from "../../src/cli/terminal.ts";
import { systemClock } from "../../src/core/index.ts";
import { createCliProject } from "./cli-project.ts";
import { PAYER } from "./sample-hands.ts";

const DOWN = "\u001B[B";
const ENTER = "\r";

/** A person at a terminal: types each text when the one before it was asked for. */
async function runAtTerminal(
  answers: readonly (readonly [question: string, keys: string])[],
  environment: Readonly<Record<string, string>> = {},
) {
  const project = await createCliProject(PAYER);
  const home = await mkdtemp(join(tmpdir(), "hands-home-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const screen = Object.assign(new PassThrough(), { isTTY: true, columns: 120, rows: 40 });
  let shown = "";
  let answered = 0;
  screen.on("data", (chunk: Buffer) => {
    shown += stripVTControlCharacters(chunk.toString());
    const next = answers[answered];
    if (next === undefined || !shown.slice(shown.lastIndexOf("hands reject")).includes(next[0])) return;
    answered += 1;
    void wait(50).then(() => input.write(next[1]));
  });
  let data = "";
  const out: OutputStream = {
    ...createTerminal({ stdin: input, stdout: screen, stderr: screen, environment: {}, argv: [] }).out,
    write: (text) => {
      data += text;
    },
  };
  const terminal = {
    ...createTerminal({ stdin: input, stdout: screen, stderr: screen, environment: {}, argv: [] }),
    out,
  };
  const context: CommandContext = {
    terminal,
    environment: { HOME: home, PATH: process.env["PATH"], ...environment },
    cwd: project.dir,
    clock: systemClock,
    interrupts: { listen: () => ({ signal: new AbortController().signal, [Symbol.dispose]() {} }) },
    globals: {},
    isJson: false,
  };
  const exitCode = await runHand(context, "payer", { param: [] });
  return { exitCode, data, shown, project };
}

test("a gate can be approved right there, with everything that matters on the screen", async () => {
  const { exitCode, data, shown, project } = await runAtTerminal([["What is your answer?", DOWN + ENTER]]);
  expect([exitCode, data]).toEqual([0, "paid 5\n"]);
  expect(shown).toContain("payer: Pay an invoice");
  expect(shown).toMatch(/tool +send_payment/);
  expect(shown).toMatch(/gate +pay/);
  expect(shown).toContain('"amount": 5');
  expect(shown).toContain("without an answer it expires in");
  expect(await project.read("data/workspaces/payer/paid.txt")).toBe("5\n");
});

test("Enter alone opens no gate: the request is left, and the exit code says that it waits", async () => {
  const { exitCode, data, project } = await runAtTerminal([["What is your answer?", ENTER]]);
  expect([exitCode, data]).toEqual([6, ""]);
  expect((await project.hands(["approvals", "--json"])).json()).toMatchObject([{ status: "pending" }]);
});

test("a rejection asks for the reason, which the hand is told", async () => {
  const { exitCode, shown } = await runAtTerminal([
    ["What is your answer?", DOWN + DOWN + DOWN + ENTER],
    ["Why not?", `too expensive${ENTER}`],
  ]);
  expect(exitCode).toBe(5);
  expect(shown).toContain("too expensive");
});

test("inside an execution nothing is asked, not even at a terminal", async () => {
  const { exitCode, shown } = await runAtTerminal([["What is your answer?", DOWN + ENTER]], {
    HANDS_EXECUTION: "x",
  });
  expect(exitCode).toBe(6);
  expect(shown).not.toContain("What is your answer?");
});
