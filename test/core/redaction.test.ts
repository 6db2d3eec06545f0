import { expect, test } from "vitest";
import { createRedactingLogger, createRedactor } from "../../src/core/index.ts";
import { fc } from "../support/properties.ts";

/** What comes out of a text that is handed over in these pieces. */
function streamed(secrets: readonly string[], pieces: readonly string[]): string {
  const stream = createRedactor(secrets).stream();
  return [...pieces.map((piece) => stream.add(piece)), stream.end()].join("");
}

test("a secret that comes in two pieces is found, wherever it was cut", () => {
  const secret = "sk-12 34567";
  for (let at = 0; at <= secret.length; at += 1) {
    expect(streamed([secret], ["it is ", secret.slice(0, at), secret.slice(at), " indeed"])).toBe(
      "it is [redacted] indeed",
    );
  }
});

test("only the beginning of what may become a secret is kept back", () => {
  const stream = createRedactor(["token-1"]).stream();
  expect(stream.add("the to")).toBe("the ");
  expect(stream.add("wn")).toBe("town");
  expect(stream.add(" token-")).toBe(" ");
  expect(stream.end()).toBe("token-");
});

test("a secret that begins with another is hidden whole", () => {
  expect(streamed(["abcd", "abcdefgh"], ["abcd", "efgh"])).toBe("[redacted]");
  expect(streamed(["abcd", "abcdefgh"], ["abcd", "xy"])).toBe("[redacted]xy");
});

test("however a text is cut, no secret of any form is in what comes out", () => {
  const letter = fc.constantFrom("a", "b", "/", '"');
  const word = fc.string({ unit: letter, minLength: 4, maxLength: 7 });
  const pieces = fc.array(fc.string({ unit: letter, maxLength: 6 }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), pieces, (secrets, given) => {
      const out = streamed(secrets, given);
      for (const secret of secrets) expect(out).not.toContain(secret);
      if (!secrets.some((secret) => given.join("").includes(secret))) {
        expect(createRedactor(secrets).text(given.join(""))).toBe(out);
      }
    }),
  );
});

test("a secret is found in each form in which it may be written, and as the name of a member", () => {
  const secret = 'pa"ss/wörd';
  const redactor = createRedactor([secret]);
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64"),
  ];
  expect(new Set(forms).size).toBe(4);
  for (const form of forms) expect(redactor.text(`<${form}>`)).toBe("<[redacted]>");
  expect(redactor.value({ [secret]: [{ a: secret }] })).toEqual({ "[redacted]": [{ a: "[redacted]" }] });
});

test("lines of a log have no secrets, in their message or their fields", () => {
  const lines: unknown[] = [];
  const write = (message: string, fields?: object) => void lines.push([message, fields]);
  const logger = createRedactingLogger(
    { debug: write, info: write, warn: write, error: write },
    createRedactor(["hunter22"]),
  );
  logger.error("401 for hunter22", { url: "https://x/?k=hunter22" });
  logger.info("fine");
  expect(lines).toEqual([
    ["401 for [redacted]", { url: "https://x/?k=[redacted]" }],
    ["fine", undefined],
  ]);
});
