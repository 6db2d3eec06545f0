import { inject } from "vitest";

/** The address of the test run's Postgres server, which the first caller starts. Make a database of your own on it. */
export async function getPostgresUrl(): Promise<string> {
  const response = await fetch(inject("postgresDoorUrl"));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
