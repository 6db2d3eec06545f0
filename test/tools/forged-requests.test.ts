import type { LookupOptions } from "node:dns";
import { expect, test } from "vitest";
import { createBoundedFetch } from "../../src/tools/index.ts";
import { createGuardedLookup } from "../../src/tools/network/guarded-lookup.ts";
import { serve } from "./http-server.ts";

const PORT_OF_NOBODY = 9;

/** What should be refused before anybody asks for an address reaches nobody where it is not. */
const leadsNowhere = async () => [];

function boundedFetch(lookup?: (host: string) => Promise<readonly string[]>) {
  const signal = new AbortController().signal;
  const bounds = { allow: null, maxBytes: 1000, timeoutMs: 10_000, signal };
  return createBoundedFetch(lookup === undefined ? bounds : { ...bounds, lookup });
}

test.each([
  ["a loopback address", "127.0.0.1"],
  ["another loopback address", "127.9.9.9"],
  ["a loopback address of IPv6", "[::1]"],
  ["a private address", "10.0.0.1"],
  ["another private address", "172.16.0.1"],
  ["a home network's address", "192.168.0.1"],
  ["a unique local address", "[fd00::1]"],
  ["a link-local address", "169.254.1.1"],
  ["a link-local address of IPv6", "[fe80::1]"],
  ["the cloud's metadata", "169.254.169.254"],
  ["the address of nothing", "0.0.0.0"],
  ["IPv4 in IPv6", "[::ffff:127.0.0.1]"],
  ["IPv4 in IPv6, in hexadecimal", "[::ffff:a9fe:a9fe]"],
  ["IPv4 behind NAT64", "[64:ff9b::10.0.0.1]"],
  ["a decimal number", "2130706433"],
  ["octal numbers", "0177.0.0.01"],
  ["one octal number", "017700000001"],
  ["hexadecimal numbers", "0x7f.0x0.0x0.0x1"],
  ["one hexadecimal number", "0x7f000001"],
  ["fewer numbers", "127.1"],
  ["digits of another script", "①②⑦.0.0.1"],
  ["percent signs", "%31%32%37.0.0.1"],
  ["a name of this machine", "localhost"],
  ["a name of this machine with a dot", "localhost."],
])("a hand does not reach what is inside by %s: %s", async (_how, host) => {
  await expect(boundedFetch()(`http://${host}:${PORT_OF_NOBODY}/`)).rejects.toMatchObject({ code: "denied" });
});

test.each([
  ["private", "10.1.2.3"],
  ["link-local", "169.254.7.7"],
  ["loopback", "127.0.0.1"],
  ["loopback", "::1"],
  ["metadata", "::ffff:169.254.169.254"],
])("a hand does not reach what is inside by a name that leads there: %s, %s", async (kind, address) => {
  await expect(boundedFetch(async () => [address])("http://name.test/")).rejects.toMatchObject({
    code: "denied",
    message: expect.stringContaining(kind),
  });
});

test("a name that leads to a public address when it is checked and to a private one afterwards gains nothing", async () => {
  const answers = [["93.184.216.34"], ["10.0.0.7"]];
  let asked = 0;
  const lookup = createGuardedLookup({ host: "rebind.test", isNamed: false }, async () => {
    asked += 1;
    return answers[asked - 1] ?? [];
  });
  const look = (options: LookupOptions) =>
    new Promise((resolve, reject) => {
      lookup("rebind.test", options, (error, address) => (error === null ? resolve(address) : reject(error)));
    });
  // What is connected to is what was checked, and each connection checks anew.
  expect(await look({ all: true })).toEqual([{ address: "93.184.216.34", family: 4 }]);
  expect(asked).toBe(1);
  await expect(look({ all: true })).rejects.toMatchObject({ code: "denied" });
});

test.each([
  "http://127.0.0.1:9/",
  "http://[::ffff:10.0.0.1]/",
  "http://2130706433/",
  "//localhost/",
  "file:///etc/passwd",
  "http://user:pass@169.254.169.254/",
])("a redirect to %s is not followed", async (location) => {
  await using server = await serve((_request, response) => response.writeHead(302, { location }).end());
  const signal = new AbortController().signal;
  const fetch = createBoundedFetch({
    allow: [`127.0.0.1:${server.port}`],
    maxBytes: 1000,
    timeoutMs: 10_000,
    signal,
  });
  await expect(fetch(`${server.url}/`)).rejects.toMatchObject({ code: "denied" });
  expect(server.requests).toHaveLength(1);
});

test.each(["https://ann:secret@example.com/", "https://ann@example.com/", "https://:secret@example.com/"])(
  "an address with credentials is refused, and they are not repeated: %s",
  async (address) => {
    await expect(boundedFetch(leadsNowhere)(address)).rejects.toMatchObject({
      code: "denied",
      message: expect.not.stringMatching(/secret|ann@/),
    });
  },
);

test.each([
  "file:///etc/passwd",
  "ftp://example.com/",
  "data:text/plain,x",
  "blob:x",
  "javascript:1",
  "ws://example.com/",
])("what is neither http nor https is not spoken: %s", async (address) => {
  await expect(boundedFetch(leadsNowhere)(address)).rejects.toMatchObject({ code: "denied" });
});
