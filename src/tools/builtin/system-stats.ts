import { readFile } from "node:fs/promises";
import { cpus, freemem, hostname, loadavg, type as osType, totalmem, uptime } from "node:os";
import { z } from "zod";
import type { Clock } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";

/** Processor, memory, load and uptime of this machine. */
export function createSystemStats(clock: Pick<Clock, "sleep">) {
  return defineTool({
    name: "system_stats",
    description:
      "Measures this machine: processor use over a short window, load averages, memory in bytes, and uptime. Numbers are real; null means the machine does not tell.",
    effect: "read",
    input: z.strictObject({
      windowMs: z
        .int()
        .min(50)
        .max(10_000)
        .default(500)
        .describe("How long to measure the processor's use, in milliseconds."),
    }),
    async execute({ windowMs }, context) {
      const before = readCpuTimes();
      await clock.sleep(windowMs, context.signal);
      const usePercent = calculateUsePercent(before, readCpuTimes());
      const [oneMinute, fiveMinutes, fifteenMinutes] = loadavg();
      return {
        hostname: hostname(),
        system: osType(),
        uptimeSeconds: Math.round(uptime()),
        cpu: { count: cpus().length, model: cpus()[0]?.model ?? null, usePercent, windowMs },
        loadAverage: { oneMinute, fiveMinutes, fifteenMinutes },
        memory: await measureMemory(),
      };
    },
  });
}

interface CpuTimes {
  readonly idleMs: number;
  readonly totalMs: number;
}

function readCpuTimes(): CpuTimes {
  let idleMs = 0;
  let totalMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idleMs, totalMs };
}

function calculateUsePercent(before: CpuTimes, after: CpuTimes): number | null {
  const totalMs = after.totalMs - before.totalMs;
  // Some sandboxes count nothing at all.
  if (totalMs <= 0) return null;
  const busyMs = totalMs - (after.idleMs - before.idleMs);
  return Math.round((busyMs / totalMs) * 1000) / 10;
}

async function measureMemory() {
  const { totalBytes, availableBytes } = (await readMeminfo()) ?? {
    totalBytes: totalmem(),
    availableBytes: freemem(),
  };
  const usedBytes = totalBytes - availableBytes;
  return {
    totalBytes,
    availableBytes,
    usedBytes,
    usedPercent: Math.round((usedBytes / totalBytes) * 1000) / 10,
  };
}

/** Linux alone knows how much memory is available without swapping; `os.freemem` counts caches as used elsewhere. */
async function readMeminfo(): Promise<{ totalBytes: number; availableBytes: number } | null> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => null);
  const total = text?.match(/^MemTotal:\s+(\d+) kB$/m)?.[1];
  const available = text?.match(/^MemAvailable:\s+(\d+) kB$/m)?.[1];
  if (total === undefined || available === undefined) return null;
  return { totalBytes: Number(total) * 1024, availableBytes: Number(available) * 1024 };
}
