import { vi } from "vitest";

/*
 * To be imported before anything else: puts a tap between the store and its database, and takes the thread pool and the system's word on
 * edits away, whose instants no seed decides.
 */

vi.mock("node:fs/promises", async () => {
  const { steadyFiles } = await import("./steady-files.ts");
  return { ...steadyFiles, default: steadyFiles };
});
vi.mock("node:fs", async (original) => {
  const { watchNothing } = await import("./steady-files.ts");
  const files = await original<typeof import("node:fs")>();
  return { ...files, watch: watchNothing, default: { ...files, watch: watchNothing } };
});
vi.mock("better-sqlite3", async (original) => {
  const { tapDriver } = await import("./tapped-database.ts");
  const { default: driver } = await original<{ default: typeof import("better-sqlite3") }>();
  return { default: tapDriver(driver) };
});
