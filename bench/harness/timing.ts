/** Milliseconds that work takes, by one clock or another. */
export type Stopwatch = (work: () => unknown) => Promise<number>;

/** By the wall, which is what a user waits. */
export const timeMs: Stopwatch = async (work) => {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
};

/** By what this process spends of the processor, which others on the machine change little. */
export const timeCpuMs: Stopwatch = async (work) => {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

/** How often something is done in a second, where doing it `count` times takes `work`. */
export async function ratePerSecond(
  count: number,
  work: () => unknown,
  stopwatch: Stopwatch = timeMs,
): Promise<number> {
  return (count * 1000) / (await stopwatch(work));
}
