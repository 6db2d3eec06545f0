import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { openStore, verifyEventChain } from "../../src/store/index.ts";
import { createCliProject } from "../cli/cli-project.ts";
import { runHere } from "../cli/run-here.ts";
import { fc } from "../support/properties.ts";

/** A hand that fires every second. Its effects are lines of files outside: the key of the call that made them. */
const HAND = {
  "hands/payer/HAND.toml": `[hand]
name = "payer"
description = "Pays every second"
schedule = { interval = 1, overlap = "allow", catch_up = "all" }
[tools]
unattended = ["pay", "note"]
`,
  "hands/payer/hand.ts": `export default async (hand) => {
  await hand.tool("note", {});
  await hand.tool("pay", {});
  await hand.tool("note", {});
};
`,
  ...Object.fromEntries(
    [
      ["pay", "destructive", false],
      ["note", "write", true],
    ].map(([name, effect, isIdempotent]) => [
      `hands/payer/tools/${name}.ts`,
      `import { appendFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { defineTool } from "hands";
import { z } from "zod";
export default defineTool({
  name: "${name}",
  description: "Leaves a line",
  effect: "${effect}",
  ${isIdempotent === true ? "isIdempotent: true," : ""}
  input: z.object({}),
  async execute(_args, context) {
    await setTimeout(15);
    appendFileSync("${name}.txt", context.idempotencyKey + "\\n");
    await setTimeout(15);
    return {};
  },
});
`,
    ]),
  ),
};

/** What became of a run of kills. */
export interface KillFigures {
  readonly kills: number;
  readonly executions: number;
  readonly paid: number;
  /** Calls of which a human was asked whether they happened. */
  readonly unknown: number;
}

/** Kills `hands up` again and again, at moments of the seed, lets the last one finish, and checks the record against the files. */
export async function killAtRandom({
  seed,
  kills,
}: {
  readonly seed: number;
  readonly kills: number;
}): Promise<KillFigures> {
  const project = await createCliProject(HAND);
  const up = ["up", "--no-server"];
  const moments = fc.sample(fc.integer({ min: 0, max: 2500 }), { seed, numRuns: kills });
  let unknown = 0;
  /** A human who says of every open question that it is to be left. */
  const answerAll = async () => {
    const listed = await runHere(project.dir, ["approvals", "--json"]);
    if (listed.exitCode !== 0) return 0;
    const waiting = listed.json() as readonly { readonly id: string; readonly kind: string }[];
    for (const { id } of waiting.filter(({ kind }) => kind === "unknown")) {
      unknown += 1;
      await runHere(project.dir, ["answer", id, "skip", "--no-continue"]);
    }
    return waiting.length;
  };
  for (const moment of moments) {
    const victim = project.start(up);
    await victim.saw("Ctrl-C stops");
    await wait(moment);
    victim.child.kill("SIGKILL");
    await victim.ended;
    await answerAll();
  }
  const quiet = HAND["hands/payer/HAND.toml"].replace(/^schedule = .*$/m, 'trigger = "manual"');
  await project.write("hands/payer/HAND.toml", quiet);
  const last = project.start(up);
  await last.saw("Ctrl-C stops");
  const store = await openStore({
    db: path.join(project.dir, "data/hands.db"),
    clock: systemClock,
    logger: silentLogger,
  });
  try {
    for (let attempt = 0; ; attempt += 1) {
      await answerAll();
      const open = await store.db
        .selectFrom("hand_executions")
        .select("id")
        .where("status", "!=", "ended")
        .execute();
      if (open.length === 0) break;
      if (attempt > 600)
        throw new Error(`seed ${seed}: ${open.length} executions do not end\n${last.output().stderr}`);
      await wait(200);
    }
    last.child.kill("SIGTERM");
    expect((await last.ended).exitCode).toBe(0);
    const rows = await store.db.selectFrom("hand_executions").selectAll().execute();
    const calls = await store.db
      .selectFrom("execution_steps")
      .selectAll()
      .where("kind", "=", "tool")
      .execute();
    const paid = readKeys(project.dir, "pay.txt");
    expect(new Set(paid).size, `seed ${seed}: paid twice`).toBe(paid.length);
    const keysOf = (status: string, name: string) =>
      calls
        .filter((call) => call.name === name && call.status === status)
        .map((call) => `${call.execution_id}:step:${call.step_index}`);
    for (const key of keysOf("done", "pay")) expect(paid).toContain(key);
    const noted = new Set(readKeys(project.dir, "note.txt"));
    for (const key of keysOf("done", "note")) expect(noted).toContain(key);
    const known = new Set(calls.map((call) => `${call.execution_id}:step:${call.step_index}`));
    for (const key of paid) expect(known).toContain(key);
    const fires = rows.map((row) => row.scheduled_for).filter((at) => at !== null);
    expect(new Set(fires).size, `seed ${seed}: a fire ran twice`).toBe(fires.length);
    expect(await verifyEventChain(store)).toMatchObject({ isIntact: true });
    return { kills, executions: rows.length, paid: paid.length, unknown };
  } finally {
    await store.close();
  }
}

function readKeys(dir: string, file: string): readonly string[] {
  return readFileSync(path.join(dir, file), "utf8").trim().split("\n");
}
