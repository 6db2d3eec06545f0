import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { judgeCertificate, judgePage } from "../../examples/hands/uptime/judge.ts";
import { serve } from "../tools/http-server.ts";
import { loopbackCertificate } from "../tools/loopback-certificate.ts";
import { openExample } from "./example-bench.ts";
import { expiredCertificate } from "./expired-certificate.ts";

interface Watched {
  readonly pages?: readonly string[];
  readonly hosts?: readonly string[];
  readonly confirmAfterSeconds?: number;
}

const openUptime = ({ pages = [], hosts = [], confirmAfterSeconds = 0 }: Watched) =>
  openExample("uptime", {
    changes: [
      ["enabled = false", "enabled = true"],
      ["pages = []", `pages = ${JSON.stringify(pages)}`],
      ["hosts = []", `hosts = ${JSON.stringify(hosts)}`],
      ["confirm_after_seconds = 30", `confirm_after_seconds = ${confirmAfterSeconds}`],
      ["[limits]", '[network]\nallow = ["127.0.0.1"]\n\n[limits]'],
    ],
  });

/** A TLS server on loopback; gives its host as the hand's parameters have it. */
async function serveTls(certificate: { readonly key: string; readonly cert: string }): Promise<string> {
  const server = createServer(certificate, (socket) => socket.end());
  // A client that only looked at the certificate hangs up.
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.close();
    await once(server, "close");
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("without addresses it says what is missing", async () => {
  const bench = await openUptime({});
  expect(await bench.run("uptime")).toMatchObject({
    outcome: "failure",
    error: expect.stringContaining("write pages or hosts in [parameters]"),
  });
});

test("a page that goes down is news once, and so is that it is well again", async () => {
  const served = { status: 200 };
  await using server = await serve((_request, response) => {
    response.writeHead(served.status).end("page");
  });
  const page = `${server.url}/health`;
  const bench = await openUptime({ pages: [page] });
  expect(await bench.run("uptime")).toMatchObject({ outcome: "success", output: "" });
  served.status = 503;
  expect((await bench.run("uptime")).output).toBe(`- ✗ **${page}** answers with status 503`);
  expect((await bench.run("uptime")).output).toBe("");
  served.status = 204;
  expect((await bench.run("uptime")).output).toMatch(/^- ✓ \*\*.*\*\* is well again \(down since \d{4}-/);
  expect((await bench.run("uptime")).output).toBe("");
});

test("a host that is not there is reported with its page and its certificate", async () => {
  const server = await serve(() => undefined);
  const { url, port } = server;
  await server[Symbol.asyncDispose]();
  const bench = await openUptime({ pages: [`${url}/`], hosts: [`127.0.0.1:${port}`] });
  const { outcome, output } = await bench.run("uptime");
  expect(outcome).toBe("success");
  expect(output).toMatch(/\*\* does not answer: .*ECONNREFUSED/);
  expect(output).toMatch(/\*\* shows no certificate: .*ECONNREFUSED/);
});

test("a page that the manifest's network does not have fails the run, and is not called down", async () => {
  const bench = await openUptime({ pages: ["http://127.0.0.2:9/"] });
  expect(await bench.run("uptime")).toMatchObject({
    outcome: "failure",
    error: expect.stringContaining("127.0.0.2"),
  });
});

test("certificates that are expired, or that nobody vouches for, are told apart", async () => {
  const [expired, selfSigned] = [await serveTls(expiredCertificate), await serveTls(loopbackCertificate)];
  const bench = await openUptime({ hosts: [expired, selfSigned] });
  expect((await bench.run("uptime")).output.split("\n")).toEqual([
    `- ✗ **${expired}** has a certificate that expired on 2020-01-01`,
    `- ✗ **${selfSigned}** has a certificate that is not trusted here: DEPTH\\_ZERO\\_SELF\\_SIGNED\\_CERT`,
  ]);
});

test("what fails is tried again after a wait, and a hiccup is no news", async () => {
  const answers = [500, 200, 500, 500];
  await using server = await serve((_request, response) => {
    response.writeHead(answers.shift() ?? 200).end();
  });
  const bench = await openUptime({ pages: [`${server.url}/`], confirmAfterSeconds: 0.1 });
  await bench.runner.start();
  for (const output of ["", `- ✗ **${server.url}/** answers with status 500`]) {
    const { id } = await bench.run("uptime");
    const readStatus = async () => (await bench.runner.getExecution(id)).status;
    await expect.poll(readStatus, { timeout: 15_000 }).toBe("ended");
    expect(await bench.runner.getExecution(id)).toMatchObject({ outcome: "success", output });
  }
  expect(answers).toEqual([]);
});

test("each reminder of a certificate is a kind of its own, the nearest day decides", () => {
  const remindDays = [21, 7, 1];
  const now = new Date("2026-01-01T00:00:00Z");
  const kinds = [30, 20, 6, 0.5, 0].map((days) => {
    const validTo = new Date(now.getTime() + days * 86_400_000).toISOString();
    return judgeCertificate({ validTo, problem: null }, { now, remindDays })?.kind ?? null;
  });
  expect(kinds).toEqual([null, "ends within 21 days", "ends within 7 days", "ends within 1 days", "expired"]);
  expect(judgePage({ status: 200, durationMs: 4000, problem: null }, 3000)?.kind).toBe("slow");
});
