import { z } from "zod";
import { closedTable, duration, openTable, text, textList } from "./schema-parts.ts";

const mcpValue = z.union(
  [
    z.string({ error: "a text" }),
    closedTable({
      secret: text()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { error: "the name of a secret, never its value" })
        .describe("The name of a secret that `[secrets]` names."),
      prefix: z.string({ error: "a text" }).optional().describe('What stands before it, as in `"Bearer "`.'),
    }),
  ],
  { error: 'a text, or { secret = "NAME" }' },
);

/** One entry of `[mcp]`. */
export const mcpServer = openTable({
  command: textList('a list (["npx", "-y", "…"])')
    .min(1, { error: "at least the program" })
    .optional()
    .describe(
      "Program and arguments of a server that speaks over stdio; `{workspace}` stands for the hand's workspace, `{hand}` for its folder.",
    ),
  url: text("an address")
    .regex(/^https?:\/\/\S+$/, { error: "an address that starts with https:// or http://" })
    .optional()
    .describe("Address of a server that speaks streamable HTTP. `[network] allow` holds for it."),
  env: z
    .record(z.string(), mcpValue, { error: "a table of texts" })
    .optional()
    .describe(
      'Variables that the child gets besides HOME, PATH, SHELL and TERM: texts, or `{ secret = "NAME" }` of a secret that `[secrets]` names.',
    ),
  headers: z
    .record(text().regex(/^[A-Za-z0-9-]+$/, { error: "the name of a header" }), mcpValue, {
      error: "a table of texts",
    })
    .optional()
    .describe('Headers of each request to `url`: texts, or `{ secret = "NAME", prefix = "Bearer " }`.'),
  cwd: text("the path of a folder")
    .optional()
    .describe("Where the command runs, relative to the hand's folder. Default: the hand's workspace."),
  connect_timeout: duration({ isPositive: true })
    .optional()
    .describe("How long it may take to start and say what it offers. Default: 1 minute."),
  timeout: duration({ isPositive: true })
    .optional()
    .describe("How long one call may take. Default: 2 minutes."),
});
