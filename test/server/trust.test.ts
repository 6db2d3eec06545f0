import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { INSTALLED_ORACLE } from "./installed-hand.ts";
import { ECHO, openServerBench } from "./server-bench.ts";

interface Shown {
  // biome-ignore lint/suspicious/noExplicitAny: the document check has judged its shape.
  readonly trust: any;
}

test("a hand from elsewhere is shown with what it may do, and trusted exactly as it was shown, on record", async () => {
  const bench = await openServerBench({ hands: { ...INSTALLED_ORACLE, echo: ECHO } });
  const script = path.join(bench.dir, "hands", "oracle", "hand.ts");
  const look = async () => ((await bench.get("/api/hands/oracle/trust")) as Shown).trust;
  expect(await bench.get("/api/hands/oracle")).toMatchObject({ status: "error" });
  const shown = await look();
  expect(shown).toMatchObject({
    source: "https://git.example.com/ann/oracle.git",
    installedBy: "ann",
    isTrusted: false,
    trustedBy: null,
    differences: null,
    files: ["HAND.toml", "hand.ts"],
  });
  const said = shown.explanation.map((section: { sentences: readonly string[] }) =>
    section.sentences.join(" "),
  );
  expect(said.join(" ")).toContain("api.example.com");

  writeFileSync(script, 'export default () => "hail";\n');
  const late = await bench.post("/api/hands/oracle/trust", { hash: shown.hash });
  expect([late.status, late.json.error.code]).toEqual([409, "approval_mismatch"]);
  const { hash } = await look();
  expect(hash).not.toBe(shown.hash);
  const done = await bench.post("/api/hands/oracle/trust", { hash });
  expect(done.json).toMatchObject({ hasChanged: true, hand: { status: "idle" } });
  const { executionId } = (await bench.post("/api/hands/oracle/trigger")).json;
  expect(await bench.rest(executionId)).toMatchObject({ outcome: "success" });
  const again = await bench.post("/api/hands/oracle/trust", { hash });
  expect(again.json).toMatchObject({ hasChanged: false });
  const events = await bench.runtime.store.db
    .selectFrom("events")
    .select(["hand_name", "data_json"])
    .where("type", "=", "hand.trusted")
    .execute();
  expect(events.map(({ hand_name, data_json }) => [hand_name, JSON.parse(data_json)])).toMatchObject([
    ["oracle", { by: "token:admin", hash }],
  ]);
  const list = JSON.parse(readFileSync(path.join(bench.dir, "hands", "installed.json"), "utf8"));
  expect(list.hands[0].trusted).toMatchObject({ hash, by: "token:admin" });
});

test("what changed since it was trusted is named, and who may not trust, or has nothing to trust, is told so", async () => {
  const bench = await openServerBench({ hands: { ...INSTALLED_ORACLE, echo: ECHO } });
  const { hash } = ((await bench.get("/api/hands/oracle/trust")) as Shown).trust;
  const trigger = await bench.token("read", "trigger", "decide");
  const refused = await bench.ask("POST", "/api/hands/oracle/trust", { token: trigger, body: { hash } });
  expect(refused.status).toBe(403);
  expect(await bench.get("/api/hands/echo/trust")).toEqual({ trust: null });
  expect((await bench.ask("GET", "/api/hands/nobody/trust")).status).toBe(404);
  await bench.post("/api/hands/oracle/trust", { hash });
  writeFileSync(path.join(bench.dir, "hands", "oracle", "SYSTEM.md"), "More.\n");
  await bench.runtime.registry.loadAll();
  expect(((await bench.get("/api/hands/oracle/trust")) as Shown).trust).toMatchObject({
    isTrusted: false,
    trustedBy: "token:admin",
    differences: { added: ["SYSTEM.md"], changed: [], removed: [] },
  });
});

test("from inside an execution nothing is trusted", async () => {
  const bench = await openServerBench({
    hands: INSTALLED_ORACLE,
    server: { environment: { HANDS_EXECUTION: "01ABC" } },
  });
  const { hash } = ((await bench.get("/api/hands/oracle/trust")) as Shown).trust;
  const refused = await bench.post("/api/hands/oracle/trust", { hash });
  expect([refused.status, refused.json.error.code]).toEqual([403, "denied"]);
});
