import { inject } from "vitest";

/** The address of the test run's Postgres server, which the first caller starts. Make a database of your own on it. */
export async function getPostgresUrl(): Promise<string> {
  return await askDoor("postgres");
}

/**
 * The program of a `*-child.ts` of the tests, named by its path in `test/` without the ending: `crash/crash-child`. The first caller has
 * all of them bundled, for a process that tests start a hundred times reads a few files then instead of a thousand.
 */
export async function findChildProgram(name: string): Promise<string> {
  return `${await askDoor("children")}/${name}.js`;
}

async function askDoor(what: string): Promise<string> {
  const response = await fetch(`${inject("doorUrl")}/${what}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
