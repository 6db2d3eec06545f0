import { readFileSync } from "node:fs";
import { cpus, hostname, totalmem } from "node:os";
import { describe, expect, test } from "vitest";
import { createTestToolContext } from "../support/tool-context.ts";
import { builtinTool } from "./builtin-tool.ts";

describe("system_stats", () => {
  test("measures this machine", async () => {
    await using context = await createTestToolContext();
    const stats = await builtinTool("system_stats").call({ windowMs: 100 }, context);
    expect(stats.hostname).toBe(hostname());
    expect(stats.cpu.count).toBe(cpus().length);
    expect(stats.memory.totalBytes).toBe(totalFromKernel() ?? totalmem());
    expect(stats.memory.availableBytes).toBeGreaterThan(0);
    expect(stats.memory.availableBytes + stats.memory.usedBytes).toBe(stats.memory.totalBytes);
    expect(stats.uptimeSeconds).toBeGreaterThan(0);
    expect(stats.loadAverage.oneMinute).toBeGreaterThanOrEqual(0);
    if (stats.cpu.usePercent !== null) {
      expect(stats.cpu.usePercent).toBeGreaterThanOrEqual(0);
      expect(stats.cpu.usePercent).toBeLessThanOrEqual(100);
    }
  });

  test("stops measuring when it is aborted", async () => {
    const controller = new AbortController();
    await using context = await createTestToolContext({ signal: controller.signal });
    const running = builtinTool("system_stats").call({ windowMs: 10_000 }, context);
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
  });
});

describe("disk_check", () => {
  test("measures the file system of each path", async () => {
    await using context = await createTestToolContext();
    const { disks } = await builtinTool("disk_check").call({ paths: ["/", "/tmp"] }, context);
    expect(disks.map((disk: { path: string }) => disk.path)).toEqual(["/", "/tmp"]);
    for (const disk of disks) {
      expect(disk.totalBytes).toBeGreaterThan(0);
      expect(disk.freeBytes).toBeLessThanOrEqual(disk.totalBytes - disk.usedBytes);
      expect(disk.usedPercent).toBeGreaterThanOrEqual(0);
      expect(disk.usedPercent).toBeLessThanOrEqual(100);
    }
  });

  test("measures the root and the workspace's disk when no path is given, before the workspace exists", async () => {
    await using context = await createTestToolContext();
    const { disks } = await builtinTool("disk_check").call({}, context);
    expect(disks).toMatchObject([
      { path: "/", usedPercent: expect.any(Number) },
      { path: context.workspace, usedPercent: expect.any(Number) },
    ]);
  });

  test("says which path could not be measured, and fails when none could", async () => {
    await using context = await createTestToolContext();
    const { disks } = await builtinTool("disk_check").call({ paths: ["/", "/no/such"] }, context);
    expect(disks[1]).toMatchObject({ path: "/no/such", error: expect.stringContaining("ENOENT") });
    await expect(builtinTool("disk_check").call({ paths: ["/no/such"] }, context)).rejects.toMatchObject({
      code: "tool_failed",
    });
  });
});

function totalFromKernel(): number | null {
  try {
    return Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]) * 1024;
  } catch {
    return null;
  }
}
