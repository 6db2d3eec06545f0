import { expect, test } from "vitest";
import { createCliProject } from "../cli/cli-project.ts";
import { GREETER } from "../cli/sample-hands.ts";

test("up serves; its link logs in; tokens are made, listed and revoked; an agent makes none", async () => {
  const project = await createCliProject(GREETER);
  const up = project.start(["up", "--port", "0"]);
  await up.saw("login?code=");
  const [link = ""] = /http:\S+login\?code=\S+/.exec(up.output().stderr) ?? [];
  const base = new URL(link).origin;
  const login = await fetch(link, { redirect: "manual" });
  expect(login.status).toBe(303);
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  expect((await fetch(`${base}/api/hands`, { headers: { cookie } })).status).toBe(200);

  const created = await project.hands(["token", "create", "script", "--scope", "read,trigger"]);
  const token = created.stdout.trim();
  expect(token).toMatch(/^hands_[\w-]{43}$/);
  const read = () => fetch(`${base}/api/hands`, { headers: { authorization: `Bearer ${token}` } });
  expect((await read()).status).toBe(200);
  expect((await project.hands(["token", "list", "--json"])).json()).toMatchObject([
    { name: "script", scopes: ["read", "trigger"], revokedAt: null },
  ]);
  expect((await project.hands(["token", "revoke", "script"])).exitCode).toBe(0);
  expect((await read()).status).toBe(401);

  const env = { HANDS_EXECUTION: "01abc" };
  for (const args of [["create", "x", "--scope", "decide"], ["login"]]) {
    const refused = await project.hands(["token", ...args], { env });
    expect([refused.exitCode, refused.stdout]).toEqual([4, ""]);
  }
  const again = await project.hands(["token", "login"]);
  expect(again.stdout.trim()).toMatch(new RegExp(`^${base}/login\\?code=`));
  up.child.kill("SIGTERM");
  expect((await up.ended).exitCode).toBe(0);
});

test("another address than loopback is refused until it is set up, and --no-server serves nothing", async () => {
  const project = await createCliProject(GREETER);
  const open = await project.hands(["up", "--host", "0.0.0.0", "--port", "0"]);
  expect(open.exitCode).toBe(2);
  expect(open.stderr).toContain("public_url");
  const quiet = project.start(["up", "--no-server"]);
  await quiet.saw("Ctrl-C stops");
  expect(quiet.output().stderr).not.toContain("Dashboard and API");
  quiet.child.kill("SIGTERM");
  await quiet.ended;
});
