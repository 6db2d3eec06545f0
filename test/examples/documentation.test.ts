import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readEnvironment } from "../../src/core/index.ts";
import type { HandConfig } from "../../src/manifest/index.ts";
import { loadHandFolder } from "../../src/manifest/index.ts";
import { describeSchedule } from "../../src/schedule/index.ts";
import { EXAMPLE_NAMES, EXAMPLES_DIR } from "./example-bench.ts";

const DOCUMENT = new URL("../../docs/examples.md", import.meta.url);
const BEGIN =
  "<!-- the hands: made from their folders by `HANDS_UPDATE_DOCS=1 npx vitest run test/examples/documentation.test.ts` -->\n\n";

async function readHand(name: string) {
  const { hand } = await loadHandFolder(join(EXAMPLES_DIR, name));
  if (hand === undefined) throw new Error(`${name} does not load`);
  return { hand, readme: await readFile(join(EXAMPLES_DIR, name, "README.md"), "utf8") };
}

function describeRow(hand: HandConfig): string {
  const brain = hand.scriptPath === null ? "model" : "script";
  const runs = hand.schedule === null ? "when it is told to" : describeSchedule(hand.schedule);
  const asks = hand.approvalGates.map(({ key }) => `\`${key}\``).join(", ") || "nothing";
  const state = hand.enabled ? "enabled" : "disabled";
  return `| [${hand.name}](#${hand.name}) | ${hand.description} | ${brain} | ${runs} | ${asks} | ${state} |`;
}

/** A README below its own heading, with its links as they are from docs/. */
function describeHand(name: string, readme: string): string {
  const folder = `../examples/hands/${name}`;
  return readme
    .replace(/^# .*\n/, `## ${name}\n`)
    .replace(/\]\((?!https?:|#)([^)]+)\)/g, (_link, target: string) =>
      target.startsWith("../../../docs/")
        ? `](${target.slice("../../../docs/".length)})`
        : `](${folder}/${target})`,
    )
    .replace(/\n*$/, `\n\nIts folder: [examples/hands/${name}](${folder}).\n`);
}

test("each example has a README that says what it asks, what it needs, how to use it and how to adapt it", async () => {
  for (const name of EXAMPLE_NAMES) {
    const { readme } = await readHand(name);
    expect(readme.split("\n")[0]).toBe(`# ${name}`);
    for (const word of ["Asks", "Needs", "To use it", "To adapt it"]) {
      expect(readme.replace(/\s+/g, " "), name).toContain(`**${word}:**`);
    }
  }
});

test("docs/examples.md is what the folders say", async () => {
  const hands = await Promise.all(EXAMPLE_NAMES.map(readHand));
  const actual = [
    "| hand | what it does | brain | runs | asks | as packaged |\n|---|---|---|---|---|---|",
    `${hands.map(({ hand }) => describeRow(hand)).join("\n")}\n`,
    ...hands.map(({ hand, readme }) => describeHand(hand.name, readme)),
  ].join("\n");
  const document = await readFile(DOCUMENT, "utf8");
  const [before = "", written] = document.split(BEGIN);
  if (readEnvironment()["HANDS_UPDATE_DOCS"] === "1") {
    await writeFile(DOCUMENT, `${before}${BEGIN}${actual}`);
  } else {
    expect(written).toBe(actual);
  }
});
