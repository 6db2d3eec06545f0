import { readFile } from "node:fs/promises";
import { basename, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { HandsError, isInside, isPlainObject, sha256, toHandsError } from "../../core/index.ts";
import type { CallableTool, ToolDefinition } from "../../tools/index.ts";
import { toCallableTool } from "../../tools/index.ts";
import type { WorkerStart } from "../messages.ts";

/**
 * Imports the files of `tools/` and gives their tools by name. A tool's version covers its own file.
 *
 * Throws: `script_failed` when a file exports no tool, or one that cannot be used, or two have one name.
 */
export async function loadTools({
  dir,
  toolPaths,
  projectToolsDir,
}: Pick<WorkerStart, "dir" | "toolPaths" | "projectToolsDir">): Promise<ReadonlyMap<string, CallableTool>> {
  const tools = new Map<string, CallableTool>();
  const fileOfTool = new Map<string, string>();
  for (const path of toolPaths) {
    const file = relative(dir, path);
    const codeVersion = sha256(await readFile(path));
    const definitions = await importDefinitions(file, path);
    if (projectToolsDir !== null && isInside(projectToolsDir, path)) assertNamedAfterFile(file, definitions);
    for (const definition of definitions) {
      const { name } = definition;
      const other = fileOfTool.get(name);
      if (other !== undefined) {
        throw failed(file, `the tool ${name} is also defined in ${other}`, "Give one of them another name.");
      }
      fileOfTool.set(name, file);
      tools.set(name, toTool(file, definition, codeVersion));
    }
  }
  return tools;
}

/** A hand is given the project's tools by name before any code runs, so it is the file that has to tell the name. */
function assertNamedAfterFile(file: string, definitions: readonly ToolDefinition[]): void {
  const expected = basename(file, ".ts");
  const [first] = definitions;
  if (definitions.length === 1 && first?.name === expected) return;
  const names = definitions.map(({ name }) => name).join(", ");
  throw failed(
    file,
    `a tool of the project is called as its file, ${expected}, and alone in it; there is ${names}`,
    "Rename the file or the tool, and give each tool a file of its own.",
  );
}

function toTool(file: string, definition: ToolDefinition, codeVersion: string): CallableTool {
  try {
    return toCallableTool(definition, { origin: "hand", codeVersion });
  } catch (error) {
    const { message, hint } = toHandsError(error);
    throw failed(file, message, hint, error);
  }
}

async function importDefinitions(file: string, path: string): Promise<readonly ToolDefinition[]> {
  const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
  const list = Array.isArray(module.default) ? module.default : [module.default];
  return list.map((item: unknown) => checkDefinition(file, item));
}

const definitionSchema = z.looseObject({
  name: z.string(),
  description: z.string(),
  effect: z.enum(["read", "write", "destructive"]),
  action: z.string().optional(),
  idempotent: z.boolean().optional(),
  untrusted: z.boolean().optional(),
  timeoutMs: z.number().positive().optional(),
  input: z.custom<z.ZodType>((value) => value instanceof z.ZodType, "must be a zod schema"),
  files: z
    .custom((value) => value === undefined || typeof value === "function", "must be a function")
    .optional(),
  execute: z.custom((value) => typeof value === "function", "must be a function"),
});

/** The types of a hand's code are erased, not checked: a definition is looked at as data. */
function checkDefinition(file: string, item: unknown): ToolDefinition {
  if (!isPlainObject(item)) {
    throw failed(
      file,
      "there is no tool as its default export",
      "Write `export default defineTool({ name, description, effect, input, execute })`, or a list of such.",
    );
  }
  const checked = definitionSchema.safeParse(item);
  if (checked.success) return item as unknown as ToolDefinition;
  const problems = checked.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  const name = typeof item.name === "string" ? ` ${item.name}` : "";
  throw failed(
    file,
    `the tool${name} is not well defined: ${problems.join("; ")}`,
    "A tool has name, description, effect (read, write or destructive), input (a zod schema) and execute.",
  );
}

function failed(file: string, problem: string, hint: string | undefined, cause?: unknown): HandsError {
  return new HandsError("script_failed", `${file}: ${problem}`, {
    details: { file },
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}
