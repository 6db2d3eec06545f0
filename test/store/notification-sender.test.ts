import { expect, test } from "vitest";
import { readNotification } from "../../src/store/postgres/notification.ts";
import { NotificationSender } from "../../src/store/postgres/notification-sender.ts";
import type { StoreTopic } from "../../src/store/store.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRecordingLogger } from "./recording-logger.ts";

const topic = (handName: string): StoreTopic => ({ kind: "hand", handName });

/** A sender, and the messages that left it. `failsAt`: the message, counted from 1, that does not get through. */
function createSender(failsAt?: number) {
  const clock = createFakeClock();
  const logger = createRecordingLogger();
  const sent: unknown[] = [];
  let asked = 0;
  const sender = new NotificationSender({
    clock,
    logger,
    storeId: "this one",
    channel: () => "hands_news",
    pool: {
      async execute({ parameters }) {
        asked += 1;
        if (asked === failsAt) throw new Error("the connection is lost");
        const [, payloads] = parameters as [string, readonly string[]];
        for (const payload of payloads) sent.push(readNotification(payload).topics);
        return { rows: [] };
      },
    },
  });
  return { clock, logger, sender, sent };
}

test("the first news leave at once, and those that come soon after them together, each once", async () => {
  const { clock, sender, sent } = createSender();
  sender.add([topic("a")]);
  expect(sent).toEqual([[topic("a")]]);
  for (const name of ["b", "c", "b"]) sender.add([topic(name)]);
  expect(sent).toHaveLength(1);
  await clock.advance(200);
  expect(sent).toEqual([[topic("a")], [topic("b"), topic("c")]]);
  sender.add([topic("d")]);
  expect(sent.at(-1)).toEqual([topic("d")]);
  await sender.stop();
  expect(clock.timerCount).toBe(0);
});

test("what is left when it stops is sent first", async () => {
  const { sender, sent } = createSender();
  sender.add([topic("a")]);
  sender.add([topic("b")]);
  await sender.stop();
  expect(sent).toEqual([[topic("a")], [topic("b")]]);
});

test("news that do not get through are said, and the next ones are sent all the same", async () => {
  const { clock, logger, sender, sent } = createSender(1);
  sender.add([topic("a")]);
  await clock.advance(200);
  sender.add([topic("b")]);
  await sender.stop();
  expect(sent).toEqual([[topic("b")]]);
  expect(logger.lines).toEqual([expect.objectContaining({ level: "warn" })]);
});
