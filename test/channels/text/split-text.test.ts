import { expect, test } from "vitest";
import { discordMarkdown } from "../../../src/channels/discord/discord-markdown.ts";
import { slackMrkdwn } from "../../../src/channels/slack/slack-mrkdwn.ts";
import { telegramHtml } from "../../../src/channels/telegram/telegram-html.ts";
import { plainDialect } from "../../../src/channels/text/plain-dialect.ts";
import { readText } from "../../../src/channels/text/read-text.ts";
import { renderPieces } from "../../../src/channels/text/render-pieces.ts";
import { shortenBytes } from "../../../src/channels/text/shorten-bytes.ts";
import { shorten, splitText } from "../../../src/channels/text/split-text.ts";
import type { TextBlock } from "../../../src/channels/text/text-block.ts";
import { fc } from "../../support/properties.ts";

const words = fc.string({
  unit: fc.oneof(
    fc.constantFrom(" ", "\n", "a", "<", "&", "`", "@"),
    fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 300,
});
const limits = fc.integer({ min: 2, max: 60 });

test("pieces joined are the text, none is too long, and none begins or ends within a character", () => {
  fc.assert(
    fc.property(words, limits, (text, limit) => {
      const pieces = splitText(text, limit);
      expect(pieces.join("")).toBe(text);
      for (const piece of pieces) {
        expect(piece.length).toBeLessThanOrEqual(limit);
        expect(piece).not.toBe("");
        expect(piece.isWellFormed()).toBe(true);
      }
    }),
  );
});

test("a cut is made behind a line, else behind a word", () => {
  expect(splitText("one two\nthree four", 13)).toEqual(["one two\n", "three four"]);
  expect(splitText("one two three", 9)).toEqual(["one two ", "three"]);
  expect(splitText("x".repeat(10), 4)).toEqual(["xxxx", "xxxx", "xx"]);
});

test("shortened texts keep to their limit in units and in bytes", () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 4, max: 60 }), (text, limit) => {
      expect(shorten(text, limit).length).toBeLessThanOrEqual(limit);
      expect(shorten(text, limit).isWellFormed()).toBe(true);
      expect(Buffer.byteLength(shortenBytes(text, limit))).toBeLessThanOrEqual(limit);
      expect(shortenBytes(text, limit)).not.toContain("\ufffd");
    }),
  );
});

const blocks: fc.Arbitrary<readonly TextBlock[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("code" as const), text: words, language: fc.constantFrom("json", null) }),
    fc.record({
      kind: fc.constant("text" as const),
      spans: fc.array(
        fc.record({
          text: words,
          isBold: fc.boolean(),
          isCode: fc.boolean(),
          url: fc.constantFrom(null, "https://x.example/", `https://x.example/?${"&".repeat(200)}`),
        }),
        { maxLength: 4 },
      ),
      isTight: fc.boolean(),
    }),
  ),
  { maxLength: 5 },
);

test.each([
  ["Telegram", telegramHtml],
  ["Slack", slackMrkdwn],
  ["Discord", discordMarkdown],
  ["mail", plainDialect],
])("no piece of a text for %s is longer than the limit, or ends within a character", (_, dialect) => {
  fc.assert(
    fc.property(blocks, fc.integer({ min: 120, max: 400 }), (written, limit) => {
      for (const piece of renderPieces(written, dialect, limit)) {
        expect(piece.length).toBeLessThanOrEqual(limit);
        expect(piece.isWellFormed()).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});

test("plain pieces hold every word, in order", () => {
  fc.assert(
    fc.property(blocks, (written) => {
      const bare = written.map((block) =>
        block.kind === "text"
          ? { ...block, spans: block.spans.map((span) => ({ ...span, url: null })) }
          : block,
      );
      const all = bare.map((block) =>
        block.kind === "code" ? block.text : block.spans.map((span) => span.text).join(""),
      );
      const squeeze = (text: string) => text.replace(/\s/g, "");
      expect(squeeze(renderPieces(bare, plainDialect, 100).join(""))).toBe(squeeze(all.join("")));
    }),
    { numRuns: 100 },
  );
});

test("code that is longer than a message stays fenced in each of them", async () => {
  const lines = Array.from({ length: 200 }, (_, index) => `const value${index} = ${index};`);
  const written = await readText(`Before\n\n\`\`\`ts\n${lines.join("\n")}\n\`\`\`\n\nAfter`, "markdown");
  const pieces = renderPieces(written, discordMarkdown, 1000);
  expect(pieces.length).toBeGreaterThan(4);
  for (const piece of pieces) expect((piece.match(/```/g) ?? []).length % 2).toBe(0);
  expect(pieces.join("\n")).toContain("const value199 = 199;");
  const html = renderPieces(written, telegramHtml, 1000);
  for (const piece of html) {
    expect(piece.match(/<pre>/g)?.length).toBe(piece.match(/<\/pre>/g)?.length);
  }
});

test("a long text is cut without writing all of it over and over", () => {
  const text = "<word> ".repeat(40_000);
  let written = 0;
  const counting = {
    ...telegramHtml,
    renderSpan(span: Parameters<typeof telegramHtml.renderSpan>[0]) {
      written += span.text.length;
      return telegramHtml.renderSpan(span);
    },
  };
  const pieces = renderPieces([{ kind: "text", spans: [{ text }] }], counting, 4096);
  expect(pieces.length).toBeGreaterThan(60);
  expect(written).toBeLessThan(text.length * 20);
});
