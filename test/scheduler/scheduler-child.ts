import { HandRegistry } from "../../src/registry/index.ts";
import { HandScheduler } from "../../src/scheduler/index.ts";
import { insertOnly } from "./insert-only.ts";

// One process that lets hands fire, until it is killed: node scheduler-child.ts HANDS_DIR DB
const [handsDir = "", db = ""] = process.argv.slice(2);
const registry = new HandRegistry({ handsDir, db });
const scheduler = new HandScheduler(registry, { startExecution: insertOnly });
await scheduler.start();
process.stdout.write("started\n");
// The scheduler's timers keep no process alive.
setInterval(() => {}, 1000);
