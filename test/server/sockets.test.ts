import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { appendEvent } from "../../src/store/index.ts";
import type { ServerBench } from "./server-bench.ts";
import { ECHO, openServerBench } from "./server-bench.ts";

/** Sends raw text and gives what comes back until the other side ends it, or the time is up. */
function sendRaw(port: number, text: string, waitMs: number): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      received += chunk;
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      clearTimeout(timer);
      resolve(received);
    });
  });
}

test("a rebinding host, and headers or an address that are too long, are refused at the socket", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const { port } = await bench.server.start();
  const token = await bench.token("admin");
  const get = (host: string, more = "", path = "/api/hands") =>
    sendRaw(
      port,
      `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n${more}\r\n`,
      5000,
    );
  expect(await get(`127.0.0.1:${port}`)).toMatch(/^HTTP\/1\.1 200/);
  expect(await get(`localhost:${port}`)).toMatch(/^HTTP\/1\.1 200/);
  expect(await get("rebind.evil.example")).toMatch(/^HTTP\/1\.1 403/);
  expect(await get(`127.0.0.1:${port}`, "Origin: https://evil.example\r\n")).toMatch(/^HTTP\/1\.1 403/);
  expect(await get(`127.0.0.1:${port}`, `X: ${"x".repeat(20_000)}\r\n`)).toMatch(/^HTTP\/1\.1 431/);
  expect(await get(`127.0.0.1:${port}`, "", `/api/executions?search=${"x".repeat(9_000)}`)).toMatch(
    /^HTTP\/1\.1 413/,
  );
  expect(await get(`127.0.0.1:${port}`, "", "/%2e%2e/%2e%2e/etc/passwd")).toMatch(/^HTTP\/1\.1 404/);
});

test("a body of a gigabyte is refused early, declared or not, and costs no memory", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const { port } = await bench.server.start();
  const token = await bench.token("trigger");
  const before = process.memoryUsage().rss;
  for (const declared of [true, false]) {
    const { status, sentBytes } = await sendBody(port, token, declared);
    expect(status).toBe(413);
    expect(sentBytes).toBeLessThan(64 * 1_048_576);
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * 1_048_576);
  expect((await bench.ask("GET", "/healthz")).status).toBe(200);
});

/** Sends up to a gigabyte, as fast as it is taken, until there is an answer or the connection ends. */
function sendBody(
  port: number,
  token: string,
  isDeclared: boolean,
): Promise<{ status: number; sentBytes: number }> {
  return new Promise((resolve, reject) => {
    const gigabyte = 1_073_741_824;
    const chunk = Buffer.alloc(262_144, 32);
    let sentBytes = 0;
    let status = 0;
    const request = httpRequest({
      port,
      host: "127.0.0.1",
      method: "POST",
      path: "/api/hands/echo/trigger",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        ...(isDeclared ? { "content-length": gigabyte } : { "transfer-encoding": "chunked" }),
      },
    });
    const end = () => {
      request.destroy();
      resolve({ status, sentBytes });
    };
    request.on("response", (response) => {
      status = response.statusCode ?? 0;
      response.resume();
      response.on("close", end);
      setTimeout(end, 500);
    });
    request.on("error", () => (status === 0 ? reject(new Error("ended without an answer")) : end()));
    const send = () => {
      while (status === 0 && sentBytes < gigabyte) {
        sentBytes += chunk.length;
        if (!request.write(chunk)) return void request.once("drain", send);
      }
    };
    send();
  });
}

test("500 readers that do not read cost little, keep nobody waiting, and are given everything once they read", async () => {
  const bench = await openServerBench({ hands: { echo: ECHO } });
  const { port } = await bench.server.start();
  const token = await bench.token("read");
  const sockets = await Promise.all(
    Array.from(
      { length: 500 },
      () =>
        new Promise<ReturnType<typeof connect>>((resolve, reject) => {
          const socket = connect(port, "127.0.0.1", () => {
            socket.write(
              `GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`,
            );
            socket.pause();
            resolve(socket);
          });
          socket.on("error", reject);
        }),
    ),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await expect.poll(async () => await countReaders(bench, token), { timeout: 20_000 }).toBe(500);
  const before = process.memoryUsage();
  const text = "x".repeat(2_000);
  for (let round = 0; round < 40; round += 1) {
    await bench.runtime.store.transaction(async (transaction) => {
      for (let index = 0; index < 50; index += 1) {
        await appendEvent(transaction, {
          type: "test.noise",
          handName: "echo",
          data: { round, index, text },
        });
      }
      transaction.notify({ kind: "hand", handName: "echo" });
    });
  }
  await systemClock.sleep(1_500);
  expect((await bench.ask("GET", "/api/hands")).status).toBe(200);
  // 2,000 events of 2 kB for 500 readers would be 2 GB.
  expect(process.memoryUsage().rss - before.rss).toBeLessThan(400 * 1_048_576);
  const [reader] = sockets;
  let received = "";
  reader?.setEncoding("utf8").on("data", (piece: string) => {
    received += piece;
  });
  reader?.resume();
  await expect.poll(() => received.match(/"type":"test\.noise"/g)?.length).toBe(2_000);
}, 60_000);

async function countReaders(bench: ServerBench, token: string): Promise<number> {
  const response = await bench.server.request("http://localhost/metrics", {
    headers: { authorization: `Bearer ${token}` },
  });
  return Number(/^hands_stream_readers (\d+)$/m.exec(await response.text())?.[1]);
}

test("stopping tells those who follow, and closes", async () => {
  const bench = await openServerBench();
  const { url } = await bench.server.start();
  const response = await fetch(`${url}/api/events`, {
    headers: { authorization: `Bearer ${await bench.token("read")}` },
  });
  const text = response.text();
  await systemClock.sleep(200);
  await bench.server.stop();
  expect(await text).toContain('event: bye\ndata: {"reason":"stopping"}');
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test.each(["0.0.0.0", "::", "192.0.2.1", "127.0.0.1.example.com"])(
  "an address that others reach is refused while nothing says by which name, or nobody could log in: %s",
  async (host) => {
    const nameless = await openServerBench({ server: { host } });
    await expect(nameless.server.start()).rejects.toMatchObject({
      code: "invalid_configuration",
      message: expect.stringContaining("nothing says by which name"),
    });
    const empty = await openServerBench({ server: { host, publicUrls: ["https://hands.example.com"] } });
    await empty.runtime.store.transaction((transaction) => transaction.db.deleteFrom("api_tokens").execute());
    await expect(empty.server.start()).rejects.toMatchObject({
      code: "invalid_configuration",
      message: expect.stringContaining("nobody could log in"),
    });
  },
);

test("two servers do not share a port, and the second says so", async () => {
  const first = await openServerBench();
  const { port } = await first.server.start();
  const second = await openServerBench({ server: { port } });
  await expect(second.server.start()).rejects.toThrow(/cannot listen on 127\.0\.0\.1/);
});
