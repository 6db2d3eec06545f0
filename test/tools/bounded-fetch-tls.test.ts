import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect, test } from "vitest";
import { createBoundedFetch } from "../../src/tools/index.ts";
import { loopbackCertificate } from "./loopback-certificate.ts";

test("https is spoken to a server that somebody vouches for under the name that was asked, and to no other", async () => {
  const server = createServer(loopbackCertificate, (request, response) => response.end(request.headers.host));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const fetch = createBoundedFetch({
    allow: ["tls.test", "other.test"],
    maxBytes: 1000,
    timeoutMs: 5000,
    signal: new AbortController().signal,
    lookup: async () => ["127.0.0.1"],
  });
  const trusted = getCACertificates("default");
  try {
    await expect(fetch(`https://tls.test:${port}/`)).rejects.toMatchObject({
      code: "tool_failed",
      message: expect.stringContaining("self-signed certificate"),
    });
    setDefaultCACertificates([...trusted, loopbackCertificate.cert]);
    expect(await (await fetch(`https://tls.test:${port}/`)).text()).toBe(`tls.test:${port}`);
    await expect(fetch(`https://other.test:${port}/`)).rejects.toMatchObject({
      code: "tool_failed",
      message: expect.stringContaining("other.test"),
    });
  } finally {
    setDefaultCACertificates(trusted);
    server.closeAllConnections();
    server.close();
  }
});
