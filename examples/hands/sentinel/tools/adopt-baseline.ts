import { defineTool } from "hands";
import { z } from "zod";

const percent = z.number().min(0).max(100);

const figures = z.strictObject({
  diskUsedPercent: z.record(z.string(), percent).describe("By path."),
  memoryUsedPercent: percent,
  loadPerCpu: z.number().min(0).describe("Load average of five minutes, for each processor."),
  databaseLatencyMs: z.number().min(0),
});

/** Remembers the baseline that later reports are held against. The gate of the same name decides whether it may. */
export default defineTool({
  name: "adopt_baseline",
  description:
    "Makes measurements the baseline of this machine, and sets the limits that later reports hold it to.",
  effect: "write",
  idempotent: true,
  input: z.strictObject({
    measuredAt: z.iso.datetime(),
    measured: figures.describe("What the machine showed."),
    limits: figures.describe("What is reported when it is exceeded. Edit these as you like."),
  }),
  async execute(baseline, { memory }) {
    await memory.set("baseline", baseline);
    return baseline;
  },
});
