import { expect, test } from "vitest";
import { discordMarkdown } from "../../../src/channels/discord/discord-markdown.ts";
import { renderEmailPage } from "../../../src/channels/email/email-html.ts";
import { slackMrkdwn } from "../../../src/channels/slack/slack-mrkdwn.ts";
import { telegramHtml } from "../../../src/channels/telegram/telegram-html.ts";
import { plainDialect } from "../../../src/channels/text/plain-dialect.ts";
import { readText } from "../../../src/channels/text/read-text.ts";
import { renderBlocks } from "../../../src/channels/text/render-pieces.ts";
import type { TextDialect } from "../../../src/channels/text/text-dialect.ts";

async function convert(text: string, dialect: TextDialect, format = "markdown"): Promise<string> {
  return renderBlocks(await readText(text, format), dialect);
}

const SAMPLE = `# Title

Some **bold**, *slanted* and ~~gone~~ \`code <x>\` with [a link](https://x.example/?a=1&b=2).

- one
- two
  - three
1. first

> said

| a | bb |
|---|----|
| 1 | 2 |

- [x] done

\`\`\`ts
let x = 1 < 2;
\`\`\``;

test("Markdown becomes Telegram's HTML", async () => {
  expect(await convert(SAMPLE, telegramHtml)).toBe(`<b>Title</b>

Some <b>bold</b>, <i>slanted</i> and <s>gone</s> <code>code &lt;x&gt;</code> with <a href="https://x.example/?a=1&amp;b=2">a link</a>.

• one
• two
    • three

1. first

<blockquote>said</blockquote>

<pre>a  bb
─  ──
1  2</pre>

• ☑ done

<pre><code class="language-ts">let x = 1 &lt; 2;</code></pre>`);
});

test("Markdown becomes Slack's mrkdwn", async () => {
  const text = await convert(SAMPLE, slackMrkdwn);
  expect(text).toContain(
    "Some *bold*, _slanted_ and ~gone~ `code &lt;x&gt;` with <https://x.example/?a=1&amp;b=2|a link>.",
  );
  expect(text).toContain("> said");
  expect(text).toContain("```\nlet x = 1 &lt; 2;\n```");
});

test("Markdown becomes Discord's, and no foreign sign is a style", async () => {
  expect(await convert("**a** 1\\*2 [x](https://x.example/)", discordMarkdown)).toBe(
    "**a** 1\\*2 [x](<https://x.example/>)",
  );
});

test("mail has text and HTML", async () => {
  expect(await convert("[x](https://x.example/) & **y**", plainDialect)).toBe("x (https://x.example/) & y");
  expect(renderEmailPage(await readText("[x](https://x.example/) & **y**", "markdown"))).toContain(
    '<p><a href="https://x.example/">x</a> &amp; <strong>y</strong></p>',
  );
});

test("JSON is indented code, HTML is read for its marks, anything else stays as it is", async () => {
  expect(await convert('{"a":1}', telegramHtml, "json")).toBe(
    '<pre><code class="language-json">{\n  &quot;a&quot;: 1\n}</code></pre>',
  );
  expect(await convert("<h1>T</h1><p>a <b>b</b></p><script>x()</script>", telegramHtml, "html")).toBe(
    "<b>T</b>\n\na <b>b</b>",
  );
  expect(await convert("**x**", telegramHtml, "other")).toBe("**x**");
});

test.each([
  ["telegram", telegramHtml],
  ["slack", slackMrkdwn],
  ["discord", discordMarkdown],
])("%s: nobody is called, and nothing foreign becomes a mark", async (_, dialect) => {
  const text = await convert(
    "@everyone @here <!channel> <@U123> <@&99> @some_person ann@example.com <b>x</b> [me](tg://user?id=1) [run](javascript:alert(1))",
    dialect,
  );
  expect(text).not.toMatch(/@everyone|@here|(?<!\\)<[!@]|tg:|javascript:|<b>x/);
  expect(text).toMatch(/ann@example\.com/);
});

test("a text too long to parse is shown as it is", async () => {
  const text = `**${"x".repeat(200_001)}**`;
  expect(await convert(text, plainDialect)).toBe(text);
});
