import { expect, test } from "vitest";
import { startModelServer } from "../support/model-server.ts";
import { openReceiver } from "../support/webhook-receiver.ts";
import { createCliProject } from "./cli-project.ts";

const LIMIT_USD = 0.01;
/** A dollar for a million tokens: each reply costs a tenth of a cent. */
const COST_OF_REPLY_USD = 0.001;

test("a looping hand with a budget of a cent stops before it is passed by more than one reply, and the command, the events and a channel say so", async () => {
  await using model = await startModelServer(() => ({
    toolCalls: [{ name: "memory_list", args: {} }],
    usage: { input: 500, output: 500 },
  }));
  const channel = await openReceiver([[204]]);
  const env = { OPS_SECRET: `whsec_${Buffer.from("a secret of at least 24 bytes").toString("base64")}` };
  const project = await createCliProject({
    "hands.toml": `[model]
name = "openai-compatible/looper"
base_url = "${model.baseUrl}"
[model.prices."openai-compatible/looper"]
input = 1
output = 1
[channels.ops]
type = "webhook"
url = "${channel.url}"
secret = { env = "OPS_SECRET" }
`,
    "hands/looper/HAND.toml": `[hand]
description = "Looks again and again"
[tools]
required = ["memory_list"]
[model]
max_output_tokens = 500
[limits]
max_cost_usd_per_day = ${LIMIT_USD}
max_steps = 100
`,
    "hands/looper/SYSTEM.md": "Look, and look again.",
  });
  const up = project.start(["up", "--port", "0"], { env });
  await up.saw("Ctrl-C stops");

  const ran = await project.hands(["run", "looper"], { env });
  expect([ran.exitCode, ran.stdout]).toEqual([5, ""]);
  expect(ran.stderr.trim().split("\n").at(-1)).toMatch(
    /^looper \w{8} is .*waiting for money, and goes on then: looper spent \$0\.00\d\d of \$0\.01 today \(\d+ %\); fresh \d{4}-\d\d-\d\d 00:00:00Z \(in .*\)$/,
  );
  expect(model.requests.length * COST_OF_REPLY_USD).toBeLessThanOrEqual(LIMIT_USD + COST_OF_REPLY_USD);
  expect(model.requests.length).toBeGreaterThan(5);

  const [shown] = (await project.hands(["executions", "--json"])).json() as {
    readonly status: string;
    readonly reason: string;
    readonly usage: { readonly costUsd: number };
  }[];
  expect(shown).toMatchObject({ status: "waiting", reason: "budget" });
  expect(shown?.usage.costUsd).toBeCloseTo(model.requests.length * COST_OF_REPLY_USD, 9);
  const logged = (await project.hands(["logs"])).stdout;
  expect(logged).toMatch(/budget\.reached.*limitUsd=0\.01.*resetsAt=\d{4}-\d\d-\d\dT00:00:00\.000Z/);

  const titles = () =>
    channel.requests.map(
      ({ body }) => (JSON.parse(body) as { readonly data: { readonly title: string } }).data,
    );
  await expect.poll(titles, { timeout: 30_000 }).toContainEqual(
    expect.objectContaining({
      title: "looper: the day's budget is used up",
      text: expect.stringMatching(/^\$0\.00\d\d of \$0\.0100 are spent\. It resets .* 00:00 UTC\./),
    }),
  );
  up.child.kill("SIGTERM");
  await up.ended;
}, 120_000);
