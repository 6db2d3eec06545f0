import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** A feed of its own on this machine; its titles may be changed. */
export async function openFeedServer(titles: string[]) {
  const server = createServer((_request, response) => {
    const items = titles
      .map(
        (title) =>
          `<item><guid>${title}</guid><title>${title}</title><link>https://feed.example/${title}</link></item>`,
      )
      .join("");
    response.setHeader("content-type", "application/rss+xml");
    response.end(
      `<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>${items}</channel></rss>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/feed.xml`, titles };
}
