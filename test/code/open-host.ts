import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect } from "vitest";
import type { HandCode, HandCodeHost, HandCodeHostSettings } from "../../src/code/index.ts";
import { createHandCodeHost } from "../../src/code/index.ts";
import type { JsonObject, Logger } from "../../src/core/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { pickEnvironment } from "../support/child-environment.ts";

/** A host with real workers, and what its logger was told. */
export interface OpenHost {
  readonly host: HandCodeHost;
  readonly logged: { readonly level: string; readonly message: string; readonly fields: JsonObject }[];
  /** Threads that were started and have not ended. */
  countThreads(): number;
  /** Writes a hand's folder and loads it. */
  loadHand(files: Readonly<Record<string, string>>, handName?: string): Promise<HandCode>;
  /** Writes a hand's folder to somewhere no node_modules is near. */
  writeHand(files: Readonly<Record<string, string>>): Promise<string>;
}

/** Opens hosts for the tests of a file; each test must leave no thread and no folder behind. */
export function useHosts(): (settings?: Partial<HandCodeHostSettings>) => OpenHost {
  const hosts: HandCodeHost[] = [];
  const dirs: string[] = [];
  const threads = new Set<Worker>();
  const note = (message: unknown) => {
    const { worker } = message as { readonly worker: Worker };
    threads.add(worker);
    worker.once("exit", () => threads.delete(worker));
  };

  beforeEach(() => subscribe("worker_threads", note));
  afterEach(async () => {
    await Promise.all(hosts.splice(0).map((host) => host.stop()));
    await Promise.all(dirs.splice(0).map((dir) => rm(dir, { recursive: true })));
    unsubscribe("worker_threads", note);
    expect(threads.size, "threads left after stop()").toBe(0);
  });

  return (settings = {}) => {
    const logged: OpenHost["logged"] = [];
    const log = (level: string) => (message: string, fields?: object) => {
      logged.push({ level, message, fields: { ...fields } });
    };
    const logger: Logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
    const host = createHandCodeHost({
      clock: systemClock,
      logger,
      environment: pickEnvironment(),
      ...settings,
    });
    hosts.push(host);

    const writeHand: OpenHost["writeHand"] = async (files) => {
      const dir = await mkdtemp(join(tmpdir(), "hands-code-"));
      dirs.push(dir);
      for (const [name, text] of Object.entries(files)) {
        await mkdir(dirname(join(dir, name)), { recursive: true });
        await writeFile(join(dir, name), text);
      }
      return dir;
    };
    return {
      host,
      logged,
      countThreads: () => threads.size,
      writeHand,
      async loadHand(files, handName = "oracle") {
        const dir = await writeHand(files);
        return await host.load({
          handName,
          hash: dir,
          dir,
          scriptPath: "hand.ts" in files ? "hand.ts" : null,
          confinement: null,
          toolPaths: Object.keys(files).filter((name) => /^tools\/[^/]+$/.test(name)),
        });
      },
    };
  };
}
