import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { bundleChildren } from "./bundle-children.ts";
import { repositoryRoot } from "./lint-tree.ts";
import type { PostgresServer } from "./postgres.ts";
import { startPostgres } from "./postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where what the whole run shares is asked for, by `shared.ts`. */
    doorUrl: string;
  }
}

/**
 * Opens a door through which test files ask for what the whole run shares, so that a run that needs none of it pays nothing:
 * `/postgres` answers with the address of its one Postgres, or with `TEST_DATABASE_URL` where that is set; `/children` with the folder of
 * the bundled programs.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<PostgresServer> | undefined;
  const given = process.env.TEST_DATABASE_URL;

  const findUrl = async () => {
    if (given !== undefined) return given;
    starting ??= startPostgres();
    return (await starting).url;
  };

  let bundling: Promise<void> | undefined;
  const childrenDir = path.join(repositoryRoot, "node_modules/.cache/hands-tests", String(process.pid));
  // For every process and every thread of a hand: they load the same modules a thousand times.
  process.env["NODE_COMPILE_CACHE"] = path.join(childrenDir, "compile-cache");
  const findChildren = async () => {
    bundling ??= bundleChildren(childrenDir);
    await bundling;
    return childrenDir;
  };

  const door = createServer((request, response) => {
    const find = request.url === "/postgres" ? findUrl : findChildren;
    find().then(
      (answer) => response.end(answer),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  if (address === null || typeof address === "string") throw new Error("the door has no port");
  project.provide("doorUrl", `http://127.0.0.1:${address.port}`);

  return async () => {
    door.closeAllConnections();
    door.close();
    const server = await starting?.catch(() => undefined);
    await server?.stop();
    await bundling?.catch(() => {});
    rmSync(childrenDir, { recursive: true, force: true });
  };
}
