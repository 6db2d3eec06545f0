import { expect, test } from "vitest";
import { createCliProject } from "../cli/cli-project.ts";
import { openDatabase, SOON } from "./node-bench.ts";

const MANIFEST = `[hand]
name = "payer"
description = "Writes what was paid"
schedule = { interval = 1 }
[approval_gates]
file_write = { description = "Write it down" }
[tools]
required = ["file_write"]
[limits]
max_waiting = 1
`;

const SCRIPT = `export default async (hand) => {
  await hand.tool("file_write", { path: "paid.txt", content: "paid" });
  return "paid";
};
`;

test("a server, a scheduler and a worker, each a process of its own on one Postgres: a fire asks, the API decides, the worker ends it", async () => {
  const DATABASE_URL = await openDatabase();
  const project = await createCliProject({
    "hands/payer/HAND.toml": MANIFEST,
    "hands/payer/hand.ts": SCRIPT,
  });
  const env = { HANDS_DB: DATABASE_URL };
  const server = project.start(["up", "--no-scheduler", "--no-worker", "--port", "0"], { env });
  await server.saw(/Dashboard and API: (\S+)/);
  const worker = project.start(["up", "--no-scheduler", "--no-server"], { env });
  const scheduler = project.start(["up", "--no-worker", "--no-server"], { env });
  const url = /Dashboard and API: (\S+)/.exec(server.output().stderr)?.[1]?.replace(/\/$/, "") ?? "";
  const created = await project.hands(["token", "create", "test", "--scope", "admin"], { env });
  const token = created.stdout.trim();
  const ask = async (address: string, body?: object) => {
    const response = await fetch(url + address, {
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers of several shapes, looked into below.
    return (await response.json()) as any;
  };
  await expect
    .poll(async () => (await ask("/api/approvals?status=pending")).items?.length ?? 0, SOON)
    .toBe(1);
  const { items } = await ask("/api/approvals?status=pending");
  await ask(`/api/approvals/${items[0].id}/approve`, {});
  const read = () => ask(`/api/executions/${items[0].executionId}`);
  await expect.poll(async () => (await read()).outcome, SOON).toBe("success");
  const nodes = (await ask("/api/nodes")).items as { id: string; roles: string[]; pid: number }[];
  const byRole = new Map(nodes.map((node) => [node.roles.join(), node]));
  expect([...byRole.keys()].sort()).toEqual(["scheduler", "server", "worker"]);
  expect(byRole.get("worker")?.pid).toBe(worker.child.pid);
  const { steps, trigger } = await read();
  expect(trigger).toBe("schedule");
  expect(steps.at(-1).node.id).toBe(byRole.get("worker")?.id);
  const table = await project.hands(["nodes"], { env });
  expect(table.stdout).toMatch(/alive +worker +\d\/10/);
  for (const { child } of [scheduler, worker, server]) child.kill("SIGTERM");
  for (const running of [scheduler, worker, server]) expect((await running.ended).exitCode).toBe(0);
}, 240_000);
