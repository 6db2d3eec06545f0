import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import type { JsonObject } from "../core/index.ts";
import { describeError, isPlainObject } from "../core/index.ts";
import { quote } from "./describe-value.ts";
import type { FolderFile } from "./folder-files.ts";
import { explainUnusableSchema } from "./output-schema.ts";
import type { ManifestProblem } from "./types.ts";

/** Larger than any schema that a model could keep to. */
const LARGEST_SCHEMA_BYTES = 262_144;

/**
 * The JSON Schema in the file that `[output] schema` names, or why it cannot be used. Only a file that is listed as the folder's counts,
 * so that it is inside the folder and belongs to the hand's version.
 */
export async function loadOutputSchema(
  dir: string,
  written: string,
  files: readonly FolderFile[],
): Promise<{ readonly schema: JsonObject } | { readonly problem: ManifestProblem }> {
  const path = posix.normalize(written);
  if (!files.some((file) => file.path === path)) {
    return refuse(
      `There is no file ${quote(written)} in the hand's folder`,
      "Name a file of the hand's own folder, relative to it; hidden files and links are not looked at.",
    );
  }
  try {
    const content = await readFile(join(dir, path));
    if (content.byteLength > LARGEST_SCHEMA_BYTES) {
      const message = `${path} has ${content.byteLength} bytes; expected at most ${LARGEST_SCHEMA_BYTES}`;
      return refuse(message, "A model cannot keep to a schema of that size.");
    }
    const schema: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
    const why = isPlainObject(schema) ? explainUnusableSchema(schema) : "it is not a JSON object";
    if (why === null) return { schema: schema as JsonObject };
    return refuse(`${path} is no JSON Schema that can be used: ${why}`, null);
  } catch (error) {
    return refuse(`${path} cannot be read as JSON: ${describeError(error)}`, null);
  }
}

function refuse(message: string, hint: string | null): { readonly problem: ManifestProblem } {
  const place = { path: ["output", "schema"], at: "value" } as const;
  return { problem: { severity: "error", code: "invalid_output_schema", message, hint, ...place } };
}
