import { z } from "zod";
import { defineTool } from "../define-tool.ts";

/** How the program's own database does. */
export const dbHealth = defineTool({
  name: "db_health",
  description:
    "Checks the database of this program: whether it answers, how fast, how large it is, and what its engine says of itself.",
  effect: "read",
  input: z.strictObject({}),
  execute: (_args, context) => context.checkDatabase(),
});
