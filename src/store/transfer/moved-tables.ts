import type { Database } from "../tables.ts";
import type { TableShape } from "./table-shapes.ts";
import { readTableShapes } from "./table-shapes.ts";

/** Tables that a migration leaves behind, and why. Every other one moves. */
const STAYS = new Map<string, string>([
  ["schema_migrations", "the target has its own, from the same migrations"],
  ["sessions", "browsers log in anew where they are asked to"],
  ["login_links", "they last an hour, and name the old place"],
  ["nodes", "the processes that share a database: they are not there any more"],
  ["model_requests", "what processes are asking models just now"],
  ["partial_texts", "the words of replies under way: nothing is under way"],
] satisfies [keyof Database | "schema_migrations", string][]);

/** The tables that a migration moves, each with the columns and the key that it goes by. */
export async function listMovedTables(): Promise<readonly TableShape[]> {
  return (await readTableShapes()).filter(({ name }) => !STAYS.has(name));
}
