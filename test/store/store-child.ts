import { once } from "node:events";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import { appendEvent, openStore, sealEvents } from "../../src/store/index.ts";
import { remember } from "./memory-rows.ts";

/*
 * A process of its own that works on a store. Arguments: the database, what to do, a name.
 * It waits for a line on stdin before it begins, so that several begin at once, and prints what it has done.
 */
const [db = "", task = "", name = ""] = process.argv.slice(2);
const UNITS = 150;

process.stdout.write("ready\n");
await once(process.stdin, "data");
process.stdin.unref();

const store = await openStore({ db, clock: systemClock, logger: silentLogger });

/** Two rows that belong together, and an event. */
function writePair(number: number): Promise<void> {
  return store.transaction(async (transaction) => {
    await remember(transaction, `${number}-a`, name);
    await appendEvent(transaction, { type: "pair", handName: name, data: { number } });
    await remember(transaction, `${number}-b`, name);
  });
}

switch (task) {
  case "open":
    break;
  case "write":
    for (let number = 0; number < UNITS; number += 1) await writePair(number);
    await sealEvents(store);
    break;
  case "write-until-killed":
    for (let number = 0; ; number += 10) {
      await Promise.all(Array.from({ length: 10 }, (_, index) => writePair(number + index)));
      process.stdout.write(`${number + 9}\n`);
    }
  default:
    throw new Error(`unknown task ${task}`);
}
await store.close();
