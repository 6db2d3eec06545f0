import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { HandsError } from "../../src/core/index.ts";
import type { BoundedFetchOptions } from "../../src/tools/index.ts";
import { createBoundedFetch } from "../../src/tools/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import type { TestServer } from "./http-server.ts";
import { serve } from "./http-server.ts";

describe("a bounded fetch", () => {
  test("gives an answer as fetch does", async () => {
    await using server = await serve((request, response) => {
      response.setHeader("x-method", String(request.method));
      request.pipe(response);
    });
    const response = await fetchFrom(server, "/echo#part", {
      method: "POST",
      body: new URLSearchParams({ a: "1" }),
    });
    expect(response.status).toBe(200);
    expect(response.url).toBe(`${server.url}/echo`);
    expect(response.redirected).toBe(false);
    expect(response.headers.get("x-method")).toBe("POST");
    expect(await response.text()).toBe("a=1");
  });

  test("answers without a body where there is none", async () => {
    await using server = await serve((request, response) =>
      response.writeHead(request.url === "/none" ? 204 : 200).end(),
    );
    expect((await fetchFrom(server, "/none")).status).toBe(204);
    expect(await (await fetchFrom(server, "/", { method: "HEAD" })).text()).toBe("");
  });

  test.each(["file:///etc/passwd", "ftp://example.com/", "data:text/plain,hello", "gopher://example.com/"])(
    "refuses %s",
    async (address) => {
      await expect(boundedFetch({ lookup: async () => [] })(address)).rejects.toMatchObject({
        code: "denied",
      });
    },
  );

  test("refuses an address with a password in it, and what is no address", async () => {
    await expect(
      boundedFetch({ lookup: async () => [] })("https://a:secret@example.com/"),
    ).rejects.toMatchObject({
      code: "denied",
      message: expect.not.stringContaining("secret"),
    });
    await expect(boundedFetch()("example")).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("speaks to nobody at an address of this machine that is not allowed", async () => {
    await using server = await serve((_request, response) => response.end("inside"));
    for (const host of ["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "localhost", "localhost."]) {
      await expect(boundedFetch()(`http://${host}:${server.port}/`)).rejects.toMatchObject({
        code: "denied",
      });
    }
    expect(server.requests).toEqual([]);
  });

  test("refuses a name that leads to a private address, also among public ones", async () => {
    const lookup = async () => ["93.184.216.34", "10.0.0.7"];
    await expect(boundedFetch({ lookup })("http://rebind.test/")).rejects.toMatchObject({
      code: "denied",
      message: "This hand may not reach rebind.test: it is 10.0.0.7, a private address",
      hint: 'If that is wanted, add "rebind.test" to allow in the [network] table of its HAND.toml.',
    });
  });

  test("connects to the address that was checked, by one lookup a hop, whatever the next would say", async () => {
    await using server = await serve((request, response) =>
      request.url === "/again" ? response.writeHead(302, { location: "/" }).end() : response.end("first"),
    );
    const answers = [["127.0.0.1"], ["127.0.0.1"], ["169.254.169.254"]];
    const asked: string[] = [];
    const fetch = boundedFetch({
      allow: ["rebind.test"],
      lookup: async (host) => {
        asked.push(host);
        return answers[asked.length - 1] ?? [];
      },
    });
    const response = await fetch(`http://rebind.test:${server.port}/`);
    expect(await response.text()).toBe("first");
    expect(asked).toEqual(["rebind.test"]);
    await expect(fetch(`http://rebind.test:${server.port}/again`)).rejects.toMatchObject({
      code: "denied",
      message: "This hand may not reach rebind.test: it is 169.254.169.254, a metadata address",
    });
    expect(server.requests.map(({ url }) => url)).toEqual(["/", "/again"]);
  });

  test("names a host that cannot be found, and a server that does not listen", async () => {
    const lookup = () => Promise.reject(new Error("getaddrinfo ENOTFOUND nowhere.test"));
    await expect(boundedFetch({ lookup })("http://nowhere.test/")).rejects.toMatchObject({
      code: "tool_failed",
      message: "The host nowhere.test could not be found: getaddrinfo ENOTFOUND nowhere.test",
    });
    const server = await serve(() => {});
    await server[Symbol.asyncDispose]();
    await expect(fetchFrom(server, "/")).rejects.toMatchObject({
      code: "tool_failed",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  test("lets nobody choose the host header of a checked connection", async () => {
    await using server = await serve((request, response) => response.end(request.headers.host));
    const response = await fetchFrom(server, "/", { headers: { host: "internal.test" } });
    expect(await response.text()).toBe(`127.0.0.1:${server.port}`);
  });
});

describe("redirects", () => {
  test("are followed, and checked at every hop", async () => {
    await using inside = await serve((_request, response) => response.end("secret"));
    await using server = await serve((request, response) => {
      const location = request.url === "/out" ? `${inside.url}/` : "/end";
      if (request.url === "/end") response.end("end");
      else response.writeHead(301, { location }).end();
    });
    const response = await fetchFrom(server, "/start");
    expect(response.url).toBe(`${server.url}/end`);
    expect(response.redirected).toBe(true);
    await expect(fetchFrom(server, "/out")).rejects.toMatchObject({ code: "denied" });
    expect(inside.requests).toEqual([]);
  });

  test("to another protocol are refused, and more than five too", async () => {
    await using server = await serve((request, response) =>
      response
        .writeHead(302, { location: request.url === "/file" ? "file:///etc/passwd" : `${request.url}x` })
        .end(),
    );
    await expect(fetchFrom(server, "/file")).rejects.toMatchObject({ code: "denied" });
    await expect(fetchFrom(server, "/")).rejects.toMatchObject({
      message: expect.stringContaining("more than 5 times"),
    });
    expect(server.requests.length).toBe(1 + 6);
  });

  test("are given as they are, or refused, when the caller wants that", async () => {
    await using server = await serve((_request, response) =>
      response.writeHead(302, { location: "/x" }).end(),
    );
    expect((await fetchFrom(server, "/", { redirect: "manual" })).status).toBe(302);
    await expect(fetchFrom(server, "/", { redirect: "error" })).rejects.toMatchObject({
      code: "tool_failed",
    });
  });

  test("take secrets along to the same origin only", async () => {
    await using other = await serve((_request, response) => response.end());
    await using server = await serve((request, response) => {
      if (request.url === "/") response.writeHead(302, { location: "/next" }).end();
      else response.writeHead(302, { location: other.url }).end();
    });
    const headers = { authorization: "Bearer t", cookie: "a=b", "x-api-key": "k", accept: "text/plain" };
    const fetch = boundedFetch({ allow: ["127.0.0.1"] });
    await (await fetch(`${server.url}/`, { headers })).text();
    expect(server.requests[1]?.headers).toMatchObject(headers);
    const seen = other.requests[0]?.headers;
    expect(seen).toMatchObject({ accept: "text/plain" });
    for (const name of ["authorization", "cookie", "x-api-key"]) expect(seen).not.toHaveProperty(name);
  });

  test("turn a POST into a GET without a body, unless the status says to repeat it", async () => {
    await using server = await serve((request, response) => {
      if (request.url === "/303") response.writeHead(303, { location: "/end" }).end();
      else if (request.url === "/307") response.writeHead(307, { location: "/end" }).end();
      else request.pipe(response.setHeader("x-method", String(request.method)));
    });
    const init = { method: "POST", body: "paid" };
    const seen = async (path: string) => {
      const response = await fetchFrom(server, path, init);
      return [response.headers.get("x-method"), await response.text()];
    };
    expect(await seen("/303")).toEqual(["GET", ""]);
    expect(await seen("/307")).toEqual(["POST", "paid"]);
  });
});

describe("bounds", () => {
  test.each([
    ["plain", undefined, (bytes: Buffer) => bytes],
    ["gzip", "gzip", gzipSync],
    ["brotli", "br", brotliCompressSync],
    ["both", "gzip, br", (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))],
  ])("an answer in %s form is decoded, and ended where it is too long", async (_name, encoding, encode) => {
    await using server = await serve((request, response) => {
      if (encoding !== undefined) response.setHeader("content-encoding", encoding);
      response.end(encode(Buffer.alloc(request.url === "/long" ? 30_000_000 : 1000, "a")));
    });
    const short = await fetchFrom(server, "/short");
    expect(await short.text()).toBe("a".repeat(1000));
    expect(short.headers.has("content-encoding")).toBe(false);
    const long = await fetchFrom(server, "/long");
    await expect(long.text()).rejects.toMatchObject({
      code: "limit_reached",
      details: { limit: "network.max_bytes", maxBytes: 100_000 },
    });
  });

  test("an answer that is long only while it is packed is ended too", async () => {
    const nothing = gzipSync("");
    await using server = await serve((_request, response) =>
      response
        .writeHead(200, { "content-encoding": "gzip" })
        .end(Buffer.concat(Array.from({ length: 10_000 }, () => nothing))),
    );
    await expect((await fetchFrom(server, "/")).text()).rejects.toMatchObject({ code: "limit_reached" });
  });

  test("a compression that is not known, or many over one another, is refused", async () => {
    await using server = await serve((request, response) =>
      response
        .writeHead(200, { "content-encoding": request.url === "/many" ? "gzip, gzip, gzip" : "rot13" })
        .end("x"),
    );
    await expect(fetchFrom(server, "/")).rejects.toMatchObject({ code: "tool_failed" });
    await expect(fetchFrom(server, "/many")).rejects.toMatchObject({ code: "tool_failed" });
  });

  test.each(["/head", "/body"])("a server that stalls before or in its answer is left (%s)", async (path) => {
    const clock = createFakeClock();
    await using server = await serve((request, response) => {
      if (request.url === "/body") response.write("begin");
    });
    let came: unknown = "nothing";
    const note = (what: unknown) => {
      came = what;
    };
    void boundedFetch({ allow: ["127.0.0.1"], timeoutMs: 30_000, clock })(server.url + path)
      .then((response) => {
        note("a head");
        return response.text();
      })
      .then(note, note);
    const stalled = path === "/body" ? "a head" : "nothing";
    await expect.poll(() => [server.requests.length, came], { timeout: 20_000 }).toEqual([1, stalled]);
    await clock.advance(29_999);
    expect(came).toBe(stalled);
    await clock.advance(1);
    await expect.poll(() => came, { timeout: 20_000 }).toMatchObject({ code: "timeout" });
    expect(clock.timerCount).toBe(0);
  });

  test.each(["/head", "/body"])("an abort ends it with its reason (%s)", async (path) => {
    const controller = new AbortController();
    await using server = await serve((request, response) => {
      if (request.url === "/body") response.write("begin");
      setTimeout(() => controller.abort(reason), 50);
    });
    const reason = new HandsError("cancelled", "somebody cancelled");
    const fetch = boundedFetch({ allow: ["127.0.0.1"], signal: controller.signal });
    await expect(fetch(server.url + path).then((it) => it.text())).rejects.toBe(reason);
    await expect(fetch(server.url)).rejects.toBe(reason);
  });

  test("an abort of the one request ends it too", async () => {
    await using server = await serve(() => {});
    const signal = AbortSignal.timeout(50);
    await expect(fetchFrom(server, "/", { signal })).rejects.toMatchObject({ name: "TimeoutError" });
  });

  test("a connection that ends too early is an error, never a shorter answer", async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write("begin", () => response.destroy());
    });
    await expect(fetchFrom(server, "/").then((it) => it.text())).rejects.toThrow();
  });
});

function boundedFetch(options: Partial<BoundedFetchOptions> = {}) {
  const signal = new AbortController().signal;
  return createBoundedFetch({ allow: null, maxBytes: 100_000, timeoutMs: 10_000, signal, ...options });
}

/** Only this server may be reached. */
function fetchFrom(server: TestServer, path: string, init: RequestInit = {}): Promise<Response> {
  return boundedFetch({ allow: [`127.0.0.1:${server.port}`] })(server.url + path, init);
}
