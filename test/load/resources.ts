import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect } from "vitest";

/** What a process holds. */
interface Resources {
  readonly heapMb: number;
  readonly descriptors: number;
  readonly timers: number;
  /** Processes that it started and that still run. */
  readonly children: number;
}

/** What is left once everything that nobody holds is gone. */
async function measureResources(): Promise<Resources> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round += 1) {
    await wait(200);
    collect();
  }
  return {
    heapMb: Math.round(process.memoryUsage().heapUsed / 1_000_000),
    descriptors: readdirSync("/proc/self/fd").length,
    timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    children: countChildren(),
  };
}

/** Processes below this one that still run, as the system lists them. */
export function countChildren(): number {
  const parents = new Map<number, number>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = readParent(Number(pid));
    if (parent !== null) parents.set(Number(pid), parent);
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === process.pid || isBelow(parent));
  };
  return [...parents.keys()].filter(isBelow).length;
}

/** Null for one that has ended meanwhile, or waits to be buried. */
function readParent(pid: number): number | null {
  try {
    // PID (NAME) STATE PARENT …
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return state === "Z" ? null : Number(parent);
  } catch {
    return null;
  }
}

/** Does the work twice, for the first time loads code and fills caches, and holds the process to what it had before the second. Reports figures. */
export async function expectNothingKept(name: string, work: () => Promise<object>): Promise<void> {
  await work();
  const before = await measureResources();
  const startedMs = performance.now();
  const figures = await work();
  const tookMs = Math.round(performance.now() - startedMs);
  const after = await measureResources();
  process.stdout.write(`${name}: ${JSON.stringify({ tookMs, ...figures, before, after })}\n`);
  expect(after.heapMb).toBeLessThan(before.heapMb + 20);
  expect(after.descriptors).toBeLessThan(before.descriptors + 10);
  expect(after.timers).toBeLessThan(before.timers + 10);
  expect(after.children).toBeLessThanOrEqual(before.children);
}
