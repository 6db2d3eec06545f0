import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { appendEvent, openStore, sealEvents } from "../../src/store/index.ts";
import { createCliProject } from "./cli-project.ts";

test("audit verify, head and export agree with each other and with the recipe of docs/audit.md", async () => {
  const project = await createCliProject({ "hands/.keep": "" });
  const path = join(project.dir, "data/hands.db");
  const store = await openStore({ db: path, clock: systemClock, logger: silentLogger });
  await store.transaction(async (transaction) => {
    for (const data of [{ by: "ann" }, { note: "Grüße \u2028 \u007f 🎉" }, { z: 1, a: [2] }])
      await appendEvent(transaction, { type: "decided", data, isAudited: true });
    await appendEvent(transaction, { type: "chatter", data: {} });
  });
  await sealEvents(store);

  const page = await readFile(new URL("../../docs/audit.md", import.meta.url), "utf8");
  for (const line of (/```sh\n([^`]*)```/.exec(page)?.[1] ?? "").trim().split("\n")) {
    const ran = await project.hands(line.split(" ").slice(1));
    expect(ran.exitCode, `${line}: ${ran.stderr}`).toBe(0);
  }
  const exported = (await project.hands(["audit", "export"])).stdout;
  expect(exported.trim().split("\n")).toHaveLength(3);
  await project.write("verify.mjs", /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? "");
  const recipe = (input: string) =>
    spawnSync(process.execPath, [join(project.dir, "verify.mjs")], { input, encoding: "utf8" });
  const head = (await project.hands(["audit", "head", "--json"])).stdout;
  const { hash } = JSON.parse(head) as { hash: string };
  expect(recipe(exported)).toMatchObject({ status: 0, stdout: `intact up to ${hash}\n` });
  expect(recipe(exported.replace("ann", "bob")).status).toBe(1);
  expect(recipe(exported.split("\n").toSpliced(1, 1).join("\n")).status).toBe(1);

  await project.write("anchors.jsonl", head);
  const good = await project.hands(["audit", "verify", "--anchors", "anchors.jsonl", "--json"]);
  expect([good.exitCode, good.json()]).toMatchObject([
    0,
    { isIntact: true, auditedCount: 3, anchorCount: 1 },
  ]);
  await store.transaction(({ db }) =>
    db.updateTable("events").set({ data_json: "{}" }).where("position", "=", 2).execute(),
  );
  await store.close();
  const bad = await project.hands(["audit", "verify"]);
  expect([bad.exitCode, bad.stderr]).toEqual([
    1,
    "The chain is broken at event 2: The event 2 was changed.\n",
  ]);
  expect((await project.hands(["audit", "export", "--since", "yesterday"])).exitCode).toBe(2);
});
