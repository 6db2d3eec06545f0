import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { CliProject } from "./cli-project.ts";
import { createCliProject } from "./cli-project.ts";
import { runHere } from "./run-here.ts";
import { GREETER, PAYER } from "./sample-hands.ts";

/** `hands dev` in this process. `next` gives what was said of the next trial, once it waits for edits again. */
function startDev(project: CliProject, name: string, ...options: readonly string[]) {
  const stopping = new AbortController();
  let text = "";
  let heard = -1;
  let wake = () => {};
  const ended = runHere(project.dir, ["dev", name, ...options], {
    interrupts: { listen: () => ({ signal: stopping.signal, [Symbol.dispose]() {} }) },
    onText: (more) => {
      text += more;
      wake();
    },
  });
  const stop = async () => {
    stopping.abort();
    return await ended;
  };
  onTestFinished(async () => void (await stop()));
  const next = async () => {
    const from = Math.max(heard, 0);
    for (;;) {
      const end = text.indexOf("Waiting for edits", heard + 1);
      if (end !== -1) {
        heard = end;
        return text.slice(from);
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { next, stop };
}

test("dev tries a hand at each edit and shows what is different, or wrong", { timeout: 60_000 }, async () => {
  const project = await createCliProject(GREETER);
  const dev = startDev(project, "greeter");
  const first = await dev.next();
  expect(first).toContain("hello null");
  expect(first).toContain("It would change nothing.");
  const script = GREETER["hands/greeter/hand.ts"];
  await project.write(
    "hands/greeter/hand.ts",
    script.replace("${hand.parameters", "well, ${hand.parameters"),
  );
  const second = await dev.next();
  expect(second).toContain("Not as the last time: the output\n  - hello null\n  + well, hello null\n");
  await project.write("hands/greeter/HAND.toml", '[hand]\nname = "greeter"\nschedule = "61 * * * *"\n');
  expect(await dev.next()).toContain("error[invalid_schedule]");
  await project.write("hands/greeter/HAND.toml", `${GREETER["hands/greeter/HAND.toml"]}\n# mended\n`);
  expect(await dev.next()).toContain("It does what it did the last time.");
  expect((await dev.stop()).exitCode).toBe(0);
  expect(existsSync(join(project.dir, "data/hands.db"))).toBe(false);
});

test("dev runs a hand with recordings against them", { timeout: 60_000 }, async () => {
  const project = await createCliProject(GREETER);
  await runHere(project.dir, ["run", "greeter", "--record", "first"]);
  const dev = startDev(project, "greeter");
  expect(await dev.next()).toContain("passed  greeter first");
  const script = GREETER["hands/greeter/hand.ts"];
  await project.write("hands/greeter/hand.ts", script.replace("JSON.stringify(hand.input)", "1"));
  expect(await dev.next()).toMatch(/failed {2}greeter first[\s\S]*- hello null\n[\s\S]*\+ hello 1\n/);
});

test("dev changes nothing unless it is told --live", { timeout: 60_000 }, async () => {
  const project = await createCliProject(PAYER);
  const dry = startDev(project, "payer");
  expect(await dry.next()).toContain("would ask send_payment");
  await dry.stop();
  const live = startDev(project, "payer", "--live");
  expect(await live.next()).toMatch(/approval \w{26}: Pay an invoice/);
  await live.stop();
  expect((await runHere(project.dir, ["executions", "--json"])).json()).toHaveLength(1);
  expect((await runHere(project.dir, ["dev", "payer", "--json"])).exitCode).toBe(2);
  expect((await runHere(project.dir, ["dev", "nobody"])).stderr).toContain("error[hand_not_found]");
});
