import { renameSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { HandChange, HandRegistry } from "../../src/registry/index.ts";
import { createTestProject } from "./hands-folder.ts";
import { openRegistry } from "./open-registry.ts";

/** The next change, which has to come within a second of now. */
async function nextChange(registry: HandRegistry): Promise<HandChange> {
  let stopListening = () => {};
  const change = new Promise<HandChange>((resolve) => {
    stopListening = registry.onReload(resolve);
  });
  try {
    return await Promise.race([
      change,
      sleep(1500).then(() => Promise.reject(new Error("nothing changed within a second and a half"))),
    ]);
  } finally {
    stopListening();
  }
}

test("an edited, added, broken, mended or removed hand is told of within a second", async () => {
  const project = createTestProject();
  project.writeHand("scout", 'description = "one"');
  const registry = openRegistry(project);
  await registry.watch();

  project.writeHand("scout", 'description = "two"');
  expect(await nextChange(registry)).toEqual({ added: [], changed: ["scout"], removed: [], broken: [] });
  expect(registry.getHand("scout").description).toBe("two");

  const dir = project.writeHand("other");
  expect(await nextChange(registry)).toMatchObject({ added: ["other"] });

  project.writeHand("other", "nonsense =");
  expect(await nextChange(registry)).toMatchObject({ broken: ["other"], changed: [] });

  project.writeHand("other");
  expect(await nextChange(registry)).toMatchObject({ changed: ["other"], broken: [] });

  rmSync(dir, { recursive: true });
  expect(await nextChange(registry)).toMatchObject({ removed: ["other"] });
});

test("an edit of SYSTEM.md or of a tool's file is a change of the hand", async () => {
  const project = createTestProject();
  project.writeHand("scout", "", { "tools/parts/text.ts": "export const text = 1;" });
  const registry = openRegistry(project);
  await registry.watch();
  project.writeHand("scout", "", { "tools/parts/text.ts": "export const text = 22;" });
  expect(await nextChange(registry)).toMatchObject({ changed: ["scout"] });
});

test("a hands folder that appears later, and one that goes and comes back, is followed", async () => {
  const project = createTestProject();
  const registry = openRegistry(project);
  await registry.watch();
  project.writeHand("scout");
  expect(await nextChange(registry)).toMatchObject({ added: ["scout"] });
  renameSync(project.path("hands"), project.path("away"));
  await sleep(900);
  expect(registry.listHands()).toHaveLength(1);
  renameSync(project.path("away"), project.path("hands"));
  project.writeHand("scout", 'description = "back"');
  expect(await nextChange(registry)).toMatchObject({ changed: ["scout"] });
});

test("after the signal or a close nothing is watched any more", async () => {
  const project = createTestProject();
  project.writeHand("scout");
  const registry = openRegistry(project);
  await sleep(50);
  const before = countWatchers();
  const stopping = new AbortController();
  await registry.watch({ signal: stopping.signal });
  expect(countWatchers()).toBeGreaterThan(before);
  stopping.abort();
  await registry.close();
  await sleep(50);
  expect(countWatchers()).toBe(before);
});

/** The platform's own list, in which watchers that keep no process alive are found as well. */
function countWatchers(): number {
  const report = process.report.getReport() as { readonly libuv: readonly { readonly type: string }[] };
  return report.libuv.filter(({ type }) => type === "fs_event").length;
}
