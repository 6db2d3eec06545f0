import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { createCliProject } from "./cli-project.ts";
import { BROKEN, GREETER, STUBBORN } from "./sample-hands.ts";

test("up says what is loaded, what is broken, what fires next and how to look, on stderr alone", async () => {
  const project = await createCliProject({ ...GREETER, ...BROKEN });
  const up = project.start(["up"]);
  await up.saw("Ctrl-C stops");
  const { stderr } = up.output();
  expect(stderr).toMatch(/greeter +scheduled +\d{4}/);
  expect(stderr).toContain("HAND.toml:6:11: error[gate_not_a_table]");
  expect(stderr).toContain("1 of 2 hands cannot run: broken");
  expect(stderr).toContain("Next: greeter at");
  expect(stderr).toContain("hands approvals");
  expect((await project.hands(["list", "--json"])).json()).toMatchObject([
    {},
    { nextRunAt: expect.any(String) },
  ]);
  up.child.kill("SIGTERM");
  const ran = await up.ended;
  expect([ran.exitCode, ran.stdout]).toEqual([0, ""]);
  expect(ran.stderr).toContain("Stopped.");
});

test("--run runs a hand that never ran, once, and one that cannot run stops nothing", async () => {
  const project = await createCliProject(GREETER);
  const args = ["up", "--run", "greeter", "--run", "nobody"];
  const first = project.start(args);
  await first.saw(/greeter \w{8} success/);
  await first.saw("nobody could not be run");
  first.child.kill("SIGINT");
  expect((await first.ended).exitCode).toBe(0);
  const second = project.start(args);
  await second.saw("has run before");
  second.child.kill("SIGINT");
  await second.ended;
  expect((await project.hands(["executions", "--json"])).json()).toHaveLength(1);
});

test("the second Ctrl-C ends it at once with 130", async () => {
  const project = await createCliProject(STUBBORN);
  const up = project.start(["up", "--run", "stubborn"]);
  await up.saw("working");
  up.child.kill("SIGINT");
  await up.saw("Stopping");
  await wait(600);
  up.child.kill("SIGINT");
  expect((await up.ended).exitCode).toBe(130);
});

test("HANDS_LOG=json makes every line of stderr a JSON object", async () => {
  const project = await createCliProject(GREETER);
  const up = project.start(["up", "--run", "greeter"], { env: { HANDS_LOG: "json" } });
  await up.saw("about to greet");
  up.child.kill("SIGTERM");
  const ran = await up.ended;
  const lines = ran.stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.some(({ msg, hand }) => msg === "about to greet" && hand === "greeter")).toBe(true);
  expect([ran.exitCode, ran.stdout]).toEqual([0, ""]);
});

test("without a worker nothing runs here, and without the scheduler nothing fires", async () => {
  const project = await createCliProject(GREETER);
  const up = project.start(["up", "--no-worker", "--no-scheduler", "--run", "greeter"]);
  await up.saw("running it now");
  expect(up.output().stderr).toContain("without the scheduler and without a worker");
  await wait(1500);
  expect((await project.hands(["executions", "--json"])).json()).toMatchObject([{ status: "queued" }]);
  expect((await project.hands(["list", "--json"])).json()).toMatchObject([{ nextRunAt: null }]);
});

test("a process that nobody asks has not loaded Node's fetch, which is a seventh of its memory, and answers all the same", async () => {
  const project = await createCliProject(GREETER);
  const say =
    "process.on('SIGUSR2',()=>console.error('fetch',process.moduleLoadList.some(name=>name.includes('undici'))))";
  const up = project.start(["up", "--port", "0"], {
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(say)}` },
  });
  await up.saw("Ctrl-C stops");
  up.child.kill("SIGUSR2");
  await up.saw("fetch false");
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(up.output().stderr) ?? [];
  const answers = await Promise.all(Array.from({ length: 3 }, () => fetch(`${url}/healthz`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  up.child.kill("SIGUSR2");
  await up.saw("fetch true");
  up.child.kill("SIGTERM");
  expect((await up.ended).exitCode).toBe(0);
});
