import { expect, onTestFinished, test } from "vitest";
import { silentLogger } from "../../src/core/index.ts";
import type { LiveText } from "../../src/runner/index.ts";
import { LiveTexts } from "../../src/runner/live-texts.ts";
import { openStore } from "../../src/store/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { interceptStore } from "../support/intercepted-store.ts";

async function openTexts() {
  const clock = createFakeClock();
  const real = await openStore({ db: ":memory:", clock, logger: silentLogger });
  onTestFinished(() => real.close());
  const restingTimers = clock.timerCount;
  let transactionCount = 0;
  let failure: Error | null = null;
  const store = interceptStore(real, (number) => {
    transactionCount = number;
    if (failure !== null) throw failure;
  });
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const texts = new LiveTexts({ store, clock, logger });
  const open = (index: number) =>
    texts.open({ executionId: `execution-${index}`, handName: "scout", stepIndex: index });
  const rows = () => real.db.selectFrom("partial_texts").selectAll().orderBy("execution_id").execute();
  return {
    clock,
    texts,
    open,
    rows,
    warnings,
    transactionCount: () => transactionCount,
    /** Timers that the texts have set. */
    timerCount: () => clock.timerCount - restingTimers,
    fail: (error: Error | null) => {
      failure = error;
    },
  };
}

test("followers in the process are told within hundredths of a second, other processes by one transaction for all", async () => {
  const { clock, texts, open, rows, transactionCount, timerCount } = await openTexts();
  const told: (readonly LiveText[])[] = [];
  texts.listen((news) => told.push(news));
  const writers = [0, 1, 2].map(open);
  for (const writer of writers) writer.add("some ");
  for (const writer of writers) writer.add("words");
  await clock.advance(50);
  expect(told).toHaveLength(1);
  expect(told[0]?.map((text) => text.readFrom(0).text)).toEqual(["some words", "some words", "some words"]);
  expect(transactionCount()).toBe(0);
  await clock.advance(250);
  expect(transactionCount()).toBe(1);
  expect((await rows()).map(({ text }) => text)).toEqual(["some words", "some words", "some words"]);
  writers[1]?.add(", and more");
  await clock.advance(300);
  expect(transactionCount()).toBe(2);
  expect((await rows()).map(({ text }) => text)).toEqual([
    "some words",
    "some words, and more",
    "some words",
  ]);
  for (const writer of writers) await writer.stop();
  await clock.advance(50);
  expect(told.at(-1)?.every(({ isOver }) => isOver)).toBe(true);
  expect(texts.list()).toEqual([]);
  expect(await rows()).toEqual([]);
  expect(timerCount()).toBe(0);
});

test("a short reply has no row, blanks are not shown, and of a long one the end is kept with its place", async () => {
  const { clock, texts, open, rows, transactionCount } = await openTexts();
  const short = open(0);
  short.add("done");
  await clock.advance(100);
  await short.stop();
  const blank = open(1);
  blank.add("\n \n");
  await clock.advance(300);
  expect(texts.list()).toEqual([]);
  expect(transactionCount()).toBe(0);
  const long = open(2);
  for (let part = 0; part < 12; part += 1) long.add(`${part % 10}`.repeat(10_000));
  await clock.advance(300);
  const [row] = await rows();
  expect(row).toMatchObject({ step_index: 2, text_offset: 70_000 });
  expect(row?.text).toBe(["7", "8", "9", "0", "1"].map((digit) => digit.repeat(10_000)).join(""));
});

test("what cannot be written is said and left out: the reply goes on", async () => {
  const { clock, open, rows, warnings, fail } = await openTexts();
  const writer = open(0);
  fail(new Error("the disk is full"));
  writer.add("lost to others");
  await clock.advance(300);
  expect(warnings).toEqual(["could not show the words of a reply to other processes"]);
  fail(null);
  writer.add(", then found");
  await clock.advance(300);
  expect((await rows()).map(({ text }) => text)).toEqual(["lost to others, then found"]);
  await writer.stop();
});
