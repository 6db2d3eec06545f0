import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { createWebFetch } from "../../src/tools/builtin/web-fetch.ts";
import { createBoundedFetch, toCallableTool } from "../../src/tools/index.ts";
import { createTestToolContext } from "../support/tool-context.ts";
import { builtinTool } from "./builtin-tool.ts";
import { serve } from "./http-server.ts";

const paragraph = `<p>Prices <b>rose</b>, as <a href="/why?a=1&amp;b=2">expected</a>, and fell, and rose. ${"Some more text. ".repeat(20)}</p>`;
const article = `<!doctype html><html><head><title>Markets &amp; more</title></head><body>
  <nav><a href="/home">Home</a></nav>
  <article><h1>Today</h1>${paragraph.repeat(3)}
  <table><tr><th>coin</th><th>a|b</th></tr><tr><td>BTC<br>x</td><td>1</td></tr></table></article>
  <script>alert("no")</script></body></html>`;

describe("web_fetch", () => {
  test("gives the article of a page as Markdown, with absolute links, tables and without scripts", async () => {
    await using site = await visit(html(article));
    const result = await site.call("web_fetch", "/news/today");
    expect(result).toMatchObject({
      url: `${site.url}/news/today`,
      contentType: "text/html",
      title: "Markets & more",
      truncated: false,
    });
    expect(result.text).toContain(`Prices **rose**, as [expected](${site.url}/why?a=1&b=2), and fell`);
    expect(result.text).toContain("| coin | a\\|b |\n| --- | --- |\n| BTC x | 1 |");
    expect(result.text).not.toMatch(/alert|Home|<p>/);
  });

  test("gives a page without an article whole, and HTML as it is when asked", async () => {
    await using site = await visit(html("<p>up &lt;or&gt; down</p>"));
    expect((await site.call("web_fetch", "/")).text).toBe("up <or> down");
    expect((await site.call("web_fetch", "/", { as: "raw" })).text).toBe("<p>up &lt;or&gt; down</p>");
  });

  test("gives JSON and plain text as they are, and cuts where it is told to", async () => {
    await using site = await visit((_request, response) =>
      response.setHeader("content-type", "application/json; charset=utf-8").end(`{"a":"${"ä".repeat(200)}"}`),
    );
    expect(JSON.parse((await site.call("web_fetch", "/")).text)).toEqual({ a: "ä".repeat(200) });
    const cut = await site.call("web_fetch", "/", { maxBytes: 100 });
    expect(cut).toMatchObject({ truncated: true, text: `{"a":"${"ä".repeat(47)}` });
  });

  test.each([
    ["the content type", "text/html; charset=iso-8859-1", ""],
    ["the page's own head", "text/html", '<meta charset="iso-8859-1">'],
  ])("reads the charset of %s", async (_where, contentType, head) => {
    await using site = await visit((_request, response) =>
      response
        .setHeader("content-type", contentType)
        .end(Buffer.from(`<html><head>${head}</head><body><p>Köln</p></body></html>`, "latin1")),
    );
    expect((await site.call("web_fetch", "/")).text).toBe("Köln");
  });

  test("fails with the status and the beginning of what the server said", async () => {
    await using site = await visit((_request, response) =>
      response.writeHead(404, { "content-type": "text/plain" }).end("no such\n page"),
    );
    await expect(site.call("web_fetch", "/gone")).rejects.toMatchObject({
      code: "tool_failed",
      message: `${site.url}/gone answered 404 Not Found: no such page`,
      details: { status: 404 },
    });
  });

  test("refuses what is no text", async () => {
    await using site = await visit((request, response) =>
      response
        .setHeader("content-type", request.url === "/png" ? "image/png" : "text/plain")
        .end("\x89PNG\0\0"),
    );
    await expect(site.call("web_fetch", "/png")).rejects.toMatchObject({
      message: `${site.url}/png is image/png and not text`,
    });
    await expect(site.call("web_fetch", "/liar")).rejects.toMatchObject({ code: "tool_failed" });
  });

  test("keeps to the hand's network policy, also where a page redirects", async () => {
    await using site = await visit((_request, response) =>
      response.writeHead(302, { location: "http://169.254.169.254/latest/" }).end(),
    );
    await expect(site.call("web_fetch", "/")).rejects.toMatchObject({ code: "denied" });
    const parsed = await builtinTool("web_fetch").tool.parse({ url: "file:///etc/passwd" });
    expect(parsed).toMatchObject({ ok: false, message: expect.stringContaining("must be a whole address") });
  });

  test("leaves a page that keeps its reader busy, and nothing else waits meanwhile", async () => {
    const hostile = `<html><body>${"<div>".repeat(45_000)}x</body></html>`;
    await using site = await visit(html(hostile));
    const impatient = {
      setTimer: (_delayMs: number, callback: () => void) => systemClock.setTimer(1500, callback),
    };
    const tool = toCallableTool(createWebFetch(impatient), { origin: "builtin", codeVersion: "1" });
    let longestGapMs = 0;
    let lastMs = performance.now();
    const heart = setInterval(() => {
      longestGapMs = Math.max(longestGapMs, performance.now() - lastMs);
      lastMs = performance.now();
    }, 10);
    await expect(
      tool.execute({ url: `${site.url}/`, as: "markdown", maxBytes: 1000 }, site.context),
    ).rejects.toMatchObject({ code: "tool_failed", hint: expect.stringContaining('"as": "raw"') });
    clearInterval(heart);
    expect(longestGapMs).toBeLessThan(1400);
  });

  test("ends its reader when it is aborted", async () => {
    const controller = new AbortController();
    await using site = await visit((_request, response) => {
      response
        .setHeader("content-type", "text/html")
        .end(`<html><body>${"<div>".repeat(45_000)}x</body></html>`);
      setTimeout(() => controller.abort(new Error("enough")), 600);
    });
    const context = { ...site.context, signal: controller.signal };
    await expect(builtinTool("web_fetch").call({ url: site.url }, context)).rejects.toThrow("enough");
  });

  test("reads, and what it gives is not trusted", () => {
    expect(builtinTool("web_fetch").tool.descriptor).toMatchObject({ effect: "read", isUntrusted: true });
    expect(builtinTool("rss_fetch").tool.descriptor).toMatchObject({ effect: "read", isUntrusted: true });
  });
});

describe("rss_fetch", () => {
  test("reads RSS 2.0", async () => {
    await using site = await visit(
      xml(`<?xml version="1.0"?><rss version="2.0" xmlns:content="c"><channel><title>News &amp; more</title><link>https://n.test</link>
        <item><title><![CDATA[A <b>bold</b> move &amp; more]]></title><link>/a?x=1&amp;y=2</link><guid isPermaLink="false">g1</guid>
          <pubDate>Mon, 06 Sep 2021 02:01:00 +0200</pubDate>
          <description>&lt;p&gt;Hello&lt;/p&gt;&lt;p&gt;World &amp;amp; all &amp;euro;&lt;script&gt;x&lt;/script&gt;&lt;/p&gt;</description></item>
        <item><guid>https://n.test/2</guid><description>2 &lt; 3</description></item></channel></rss>`),
    );
    expect(await site.call("rss_fetch", "/feed")).toEqual({
      url: `${site.url}/feed`,
      title: "News & more",
      link: "https://n.test/",
      total: 2,
      entries: [
        {
          id: "g1",
          title: "A bold move & more",
          link: `${site.url}/a?x=1&y=2`,
          publishedAt: "2021-09-06T00:01:00.000Z",
          summary: "Hello World & all €",
        },
        {
          id: "https://n.test/2",
          title: null,
          link: "https://n.test/2",
          publishedAt: null,
          summary: "2 < 3",
        },
      ],
    });
  });

  test("reads Atom", async () => {
    await using site = await visit(
      xml(`<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">1 &lt; 2 &amp; &lt;b&gt;</title>
        <link rel="self" href="/feed"/><link href="https://a.test/"/>
        <entry><id>urn:1</id><title type="html">&lt;i&gt;One&lt;/i&gt;</title><link rel="enclosure" href="/e"/><link rel="alternate" href="one"/>
          <updated>2024-03-02T00:00:00Z</updated><published>2024-03-01T10:00:00.5+01:00</published>
          <content type="xhtml"><div>one<p>two</p>three</div></content></entry></feed>`),
    );
    expect(await site.call("rss_fetch", "/blog/feed")).toMatchObject({
      title: "1 < 2 & <b>",
      link: "https://a.test/",
      entries: [
        {
          id: "urn:1",
          title: "One",
          link: `${site.url}/blog/one`,
          publishedAt: "2024-03-01T09:00:00.500Z",
          summary: "onetwothree",
        },
      ],
    });
  });

  test("reads RDF, and takes a date without a zone as UTC", async () => {
    await using site = await visit(
      xml(`<rdf:RDF xmlns:rdf="r" xmlns:dc="d"><channel><title>Old</title><link>https://r.test/</link></channel>
        <item rdf:about="https://r.test/1"><title>First</title><link>https://r.test/1</link><dc:date>2003-12-13T18:30:02</dc:date></item></rdf:RDF>`),
    );
    expect(await site.call("rss_fetch", "/")).toMatchObject({
      title: "Old",
      total: 1,
      entries: [
        { id: "https://r.test/1", title: "First", publishedAt: "2003-12-13T18:30:02.000Z", summary: null },
      ],
    });
  });

  test("gives as many as asked, and says how many there are", async () => {
    const items = Array.from({ length: 30 }, (_, index) => `<item><title>${index}</title></item>`);
    await using site = await visit(xml(`<rss><channel>${items.join("")}</channel></rss>`));
    const { entries, total } = await site.call("rss_fetch", "/", { limit: 3 });
    expect([entries.length, total, entries[2].title]).toEqual([3, 30, "2"]);
  });

  test("expands no entity that the feed declares, alone, within others or many times", async () => {
    const laughs = Array.from(
      { length: 9 },
      (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`,
    );
    const doctype = `<!DOCTYPE rss [<!ENTITY l0 "lol">${laughs.join("")}]>`;
    await using site = await visit(
      xml(
        `<?xml version="1.0"?>${doctype}<rss><channel>${["&l0;", "&l9;", "&l0;".repeat(100)]
          .map((title) => `<item><title>${title}</title></item>`)
          .join("")}</channel></rss>`,
      ),
    );
    const { entries } = await site.call("rss_fetch", "/");
    expect(entries.map(({ title }: { readonly title: string }) => title)).toEqual([
      "&l0;",
      "&l9;",
      "&l0;".repeat(100),
    ]);
  });

  test("refuses a feed that names a file to read", async () => {
    const doctype = '<!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/passwd">]>';
    await using site = await visit(xml(`${doctype}<rss><channel><title>&file;</title></channel></rss>`));
    await expect(site.call("rss_fetch", "/")).rejects.toMatchObject({
      code: "tool_failed",
      message: expect.stringContaining("External entities are not supported"),
    });
  });

  test("says what it is when it is no feed, and refuses half of one", async () => {
    await using site = await visit((request, response) =>
      request.url === "/page"
        ? html("<html><body>hello</body></html>")(request, response)
        : xml("<rss><channel>".padEnd(4_000_001))(request, response),
    );
    await expect(site.call("rss_fetch", "/page")).rejects.toMatchObject({
      code: "tool_failed",
      message: expect.stringContaining("it is no RSS, Atom or RDF feed (its root is html)"),
    });
    await expect(site.call("rss_fetch", "/long")).rejects.toMatchObject({ code: "limit_reached" });
  });
});

function html(body: string): RequestListener {
  return (_request, response) => response.setHeader("content-type", "text/html; charset=utf-8").end(body);
}

function xml(body: string): RequestListener {
  return (_request, response) => response.setHeader("content-type", "application/xml").end(body);
}

/** A site, and the context of a hand that may reach it. */
async function visit(listener: RequestListener) {
  const server = await serve(listener);
  const fetch = createBoundedFetch({
    allow: [`127.0.0.1:${server.port}`, "*"],
    maxBytes: 10_000_000,
    timeoutMs: 10_000,
    signal: new AbortController().signal,
  });
  const context = await createTestToolContext({ fetch });
  return {
    url: server.url,
    context,
    call: (tool: string, path: string, args: object = {}) =>
      builtinTool(tool).call({ url: server.url + path, ...args }, context),
    async [Symbol.asyncDispose]() {
      await context[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
