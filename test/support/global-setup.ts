import { once } from "node:events";
import { createServer } from "node:http";
import type { TestProject } from "vitest/node";
import type { PostgresServer } from "./postgres.ts";
import { startPostgres } from "./postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Answers with the address of the run's one Postgres, which starts when it is first asked for. */
    postgresDoorUrl: string;
  }
}

/**
 * Opens a door through which test files ask for the run's Postgres, so that a run that needs none pays nothing.
 * `TEST_DATABASE_URL`, when set, is the answer instead, and nothing is started.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let starting: Promise<PostgresServer> | undefined;
  const given = process.env.TEST_DATABASE_URL;

  const findUrl = async () => {
    if (given !== undefined) return given;
    starting ??= startPostgres();
    return (await starting).url;
  };

  const door = createServer((_request, response) => {
    findUrl().then(
      (url) => response.end(url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  if (address === null || typeof address === "string") throw new Error("the door has no port");
  project.provide("postgresDoorUrl", `http://127.0.0.1:${address.port}`);

  return async () => {
    door.closeAllConnections();
    door.close();
    const server = await starting?.catch(() => undefined);
    await server?.stop();
  };
}
