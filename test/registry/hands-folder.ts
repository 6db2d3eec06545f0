import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";

/** A temporary project with hands folders in it; removed after the test. */
export interface TestProject {
  /** Absolute path of something in the project. */
  path(...parts: string[]): string;
  /** Writes `hands/<name>/HAND.toml` and further files; `[hand]` is put in front unless the text has it. */
  writeHand(name: string, toml?: string, files?: Readonly<Record<string, string>>, handsDir?: string): string;
}

/** To be called in each test. */
export function createTestProject(): TestProject {
  const root = mkdtempSync(join(tmpdir(), "hands-registry-"));
  cleanups.push(root);
  const path = (...parts: string[]) => join(root, ...parts);
  return {
    path,
    writeHand(name, toml = "", files = {}, handsDir = "hands") {
      const dir = path(handsDir, name);
      const text = toml.includes("[hand]") ? toml : `[hand]\n${toml}\n`;
      for (const [file, content] of Object.entries({
        "HAND.toml": text,
        "SYSTEM.md": "You do it.",
        ...files,
      })) {
        mkdirSync(dirname(join(dir, file)), { recursive: true });
        writeFileSync(join(dir, file), content);
      }
      return dir;
    },
  };
}

const cleanups: string[] = [];

afterEach(() => {
  for (const root of cleanups.splice(0)) rmSync(root, { recursive: true, force: true });
});
