import { z } from "zod";
import type { Clock } from "../../core/index.ts";
import { defineTool } from "../define-tool.ts";
import { measureProcesses } from "./measure-processes.ts";

/** What runs on this machine. Never the arguments of a command, which may carry secrets. */
export function createProcessList(clock: Pick<Clock, "sleep">) {
  return defineTool({
    name: "process_list",
    description:
      "Lists the processes of this machine that use the most processor time or memory: pid, parent, name, program file, state, processor percent (100 is one whole core, measured over a short window) and memory in bytes.",
    effect: "read",
    input: z.strictObject({
      sortBy: z.enum(["cpu", "memory"]).default("cpu"),
      limit: z.int().min(1).max(200).default(20),
      windowMs: z.int().min(50).max(10_000).default(500).describe("How long to measure, in milliseconds."),
    }),
    async execute({ sortBy, limit, windowMs }, context) {
      const processes = await measureProcesses((signal) => clock.sleep(windowMs, signal), context.signal);
      const sorted = [...processes].sort((left, right) =>
        sortBy === "cpu"
          ? (right.cpuPercent ?? 0) - (left.cpuPercent ?? 0) || right.memoryBytes - left.memoryBytes
          : right.memoryBytes - left.memoryBytes,
      );
      return { processes: sorted.slice(0, limit), total: sorted.length };
    },
  });
}
