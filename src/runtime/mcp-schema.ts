import { z } from "zod";
import { readDuration } from "../core/index.ts";
import { A_TABLE, address, text, texts, VARIABLE } from "./project-file-values.ts";

/** What an MCP server may be called: a tool's name is this, a dot, and its own. */
export const SERVER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** A variable or a header of an MCP server: written out, or kept elsewhere. */
const mcpValue = z.union(
  [
    z.string(),
    z.strictObject({ env: variable(), prefix: z.string().optional() }),
    z.strictObject({ file: text("the path of a file"), prefix: z.string().optional() }),
    z.strictObject({ secret: variable(), prefix: z.string().optional() }),
  ],
  { error: 'a text, { env = "NAME" }, { file = "path" } or { secret = "NAME" }' },
);

/** One entry of `[mcp.NAME]`. */
export const mcpServerSchema = z
  .strictObject(
    {
      command: texts("a list of the program and its arguments")
        .min(1, { error: "at least the program" })
        .optional(),
      url: address.optional(),
      env: z
        .record(z.string().regex(VARIABLE, { error: "the name of a variable" }), mcpValue, { error: A_TABLE })
        .optional(),
      headers: z
        .record(z.string().regex(/^[A-Za-z0-9-]+$/, { error: "the name of a header" }), mcpValue, {
          error: A_TABLE,
        })
        .optional(),
      cwd: text("the path of a folder").optional(),
      trusted: z.boolean({ error: "true or false" }).optional(),
      connect_timeout: duration().optional(),
      timeout: duration().optional(),
    },
    { error: A_TABLE },
  )
  .refine(({ command, url }) => (command === undefined) !== (url === undefined), {
    error: "either `command` or `url`",
  });

function variable() {
  return z.string().regex(VARIABLE, { error: "the name of an environment variable" });
}

function duration() {
  const expected = 'a number of seconds (30) or a text with a unit ("30s", "2m")';
  return z.union([z.number().positive(), z.string().refine(isDuration)], { error: expected });
}

function isDuration(written: string): boolean {
  return (readDuration(written) ?? 0) > 0;
}
