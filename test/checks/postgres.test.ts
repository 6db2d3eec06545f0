import pg from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "../support/postgres.ts";
import { getPostgresUrl } from "../support/shared.ts";

test("each test database is empty, its own, and gone after the drop", async () => {
  const serverUrl = await getPostgresUrl();
  const [first, second] = await Promise.all([createTestDatabase(serverUrl), createTestDatabase(serverUrl)]);
  try {
    const query = async (url: string, text: string) => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query(text)).rows;
      } finally {
        await client.end();
      }
    };
    await query(first.url, "CREATE TABLE only_here (id integer)");
    const tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
    expect(await query(first.url, tables)).toEqual([{ table_name: "only_here" }]);
    expect(await query(second.url, tables)).toEqual([]);
    await first.drop();
    await expect(query(first.url, "SELECT 1")).rejects.toThrow("does not exist");
  } finally {
    await first.drop();
    await second.drop();
  }
});
