import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, readlink } from "node:fs/promises";
import { cpus } from "node:os";
import { basename } from "node:path";
import { promisify } from "node:util";
import { HandsError } from "../../core/index.ts";

/** One process of this machine. */
export interface ProcessUse {
  readonly pid: number;
  readonly parentPid: number;
  /** As the process calls itself; the kernel keeps 15 characters. */
  readonly name: string;
  /** The name of the file it runs; null where that may not be seen. */
  readonly program: string | null;
  /** As the kernel writes it: R running, S sleeping, D waiting for a disk, Z ended and not yet reaped, T stopped. */
  readonly state: string;
  /** 100 is one whole core; null where it cannot be told. */
  readonly cpuPercent: number | null;
  readonly memoryBytes: number;
}

/** Looks at every process that may be seen, before and after a wait. Without `/proc`, `ps` is asked once. */
export async function measureProcesses(
  wait: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly ProcessUse[]> {
  if (!existsSync("/proc/self/stat")) return askPs(signal);
  const before = await readSamples();
  const machineBefore = await readMachineTicks();
  await wait(signal);
  const [samples, machineAfter] = [await readSamples(), await readMachineTicks()];
  const machineTicks = machineAfter - machineBefore;
  return [...samples.values()].map(({ ticks, startedAtTicks, ...process }) => {
    const earlier = before.get(process.pid);
    // A pid that was given anew in between has another start.
    const isSame = earlier?.startedAtTicks === startedAtTicks;
    const used = ticks - (isSame ? earlier.ticks : 0);
    const share = machineTicks > 0 ? used / machineTicks : null;
    return { ...process, cpuPercent: share === null ? null : Math.round(share * cpus().length * 1000) / 10 };
  });
}

interface Sample extends Omit<ProcessUse, "cpuPercent"> {
  readonly ticks: number;
  readonly startedAtTicks: string;
}

async function readSamples(): Promise<ReadonlyMap<number, Sample>> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const samples = new Map<number, Sample>();
  for (const pid of pids) {
    // A process may end while it is looked at.
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => null);
    if (stat !== null && status !== null)
      samples.set(Number(pid), readSample(Number(pid), stat, status, await readProgram(pid)));
  }
  return samples;
}

async function readProgram(pid: string): Promise<string | null> {
  const file = await readlink(`/proc/${pid}/exe`).catch(() => null);
  return file === null ? null : basename(file.replace(/ \(deleted\)$/, ""));
}

/** Source of the fields: proc_pid_stat(5). The name stands in parentheses and may have parentheses and spaces itself. */
function readSample(pid: number, stat: string, status: string, program: string | null): Sample {
  const nameEnd = stat.lastIndexOf(")");
  const name = stat.slice(stat.indexOf("(") + 1, nameEnd);
  const fields = stat.slice(nameEnd + 2).split(" ");
  const [state = "?", parentPid = "0"] = fields;
  const residentKilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? "0";
  return {
    pid,
    parentPid: Number(parentPid),
    name,
    program,
    state,
    memoryBytes: Number(residentKilobytes) * 1024,
    ticks: Number(fields[11]) + Number(fields[12]),
    startedAtTicks: fields[19] ?? "",
  };
}

/** All processors' ticks together, idle ones too; in the same unit as those of processes, so that no one has to know it. */
async function readMachineTicks(): Promise<number> {
  const line = (await readFile("/proc/stat", "utf8")).split("\n", 1)[0] ?? "";
  // user nice system idle iowait irq softirq steal; what follows is counted in user already.
  return line
    .split(/\s+/)
    .slice(1, 9)
    .reduce((sum, ticks) => sum + Number(ticks), 0);
}

async function askPs(signal: AbortSignal): Promise<readonly ProcessUse[]> {
  const columns = "pid=,ppid=,state=,pcpu=,rss=,comm=";
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", columns], {
    signal,
    maxBuffer: 10_000_000,
  });
  const lines = stdout.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw new HandsError("tool_failed", "ps listed no processes");
  return lines.map((line) => {
    const [pid = "", parentPid = "", state = "?", percent = "", kilobytes = "", ...name] = line
      .trim()
      .split(/\s+/);
    return {
      pid: Number(pid),
      parentPid: Number(parentPid),
      name: basename(name.join(" ")),
      program: null,
      state: state.slice(0, 1),
      cpuPercent: Number(percent),
      memoryBytes: Number(kilobytes) * 1024,
    };
  });
}
