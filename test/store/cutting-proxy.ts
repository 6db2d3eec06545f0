import { once } from "node:events";
import type { Socket } from "node:net";
import { createServer, connect as dial } from "node:net";

/** A way to a Postgres that can be cut. */
export interface CuttingProxy {
  readonly url: string;
  /** From now on, a connection is cut at both ends right after it sent this text on to the server. */
  cutAfter(text: string): void;
  /** Cuts every connection and takes no new one, until {@link mend}. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Stands between a client and the server at `serverUrl`. */
export async function startCuttingProxy(serverUrl: string): Promise<CuttingProxy> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let trigger: string | undefined;
  let isCutOff = false;
  const server = createServer((client) => {
    if (isCutOff) {
      client.destroy();
      return;
    }
    const upstream = dial(Number(target.port), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
    }
    upstream.pipe(client);
    client.on("data", (chunk) => {
      const isCut = trigger !== undefined && chunk.includes(trigger);
      upstream.write(chunk, () => {
        if (isCut) client.destroy();
      });
      if (isCut) trigger = undefined;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  const url = new URL(serverUrl);
  url.port = String(address.port);
  return {
    url: url.href,
    cutAfter(text) {
      trigger = text;
    },
    cut() {
      isCutOff = true;
      for (const socket of sockets) socket.destroy();
    },
    mend() {
      isCutOff = false;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
