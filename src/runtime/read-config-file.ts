import { dirname } from "node:path";
import type { Environment } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { Diagnostic } from "../manifest/index.ts";
import type { ProjectFile } from "./project-file-schema.ts";
import { readProjectFile } from "./read-project-file.ts";
import type { ProjectSecrets } from "./read-secrets.ts";
import { readSecrets } from "./read-secrets.ts";

/** What `hands.toml` says, with the secrets that it names. */
export interface ConfigFile {
  readonly file: ProjectFile;
  readonly secrets: Omit<ProjectSecrets, "diagnostics">;
  /** Warnings alone: errors throw. */
  readonly diagnostics: readonly Diagnostic[];
}

export type ReadConfigFile = typeof readConfigFile;

/** Reads the text of a `hands.toml`. Throws: `invalid_configuration`, with every problem in `details.diagnostics`. */
export async function readConfigFile(
  path: string,
  text: string,
  { environment, isWanted }: { readonly environment: Environment; readonly isWanted: boolean },
): Promise<ConfigFile> {
  const { file, diagnostics } = readProjectFile(text, path);
  if (file === undefined) throw refuse(path, diagnostics);
  const secrets = await readSecrets(file, { environment, projectDir: dirname(path), path, text, isWanted });
  if (secrets.diagnostics.some(({ severity }) => severity === "error"))
    throw refuse(path, secrets.diagnostics);
  return { file, secrets, diagnostics: [...diagnostics, ...secrets.diagnostics] };
}

function refuse(path: string, diagnostics: readonly Diagnostic[]): HandsError {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const place = first?.line == null ? path : `${path}:${first.line}:${first.column}`;
  return new HandsError("invalid_configuration", `${place}: ${first?.message ?? "cannot be used"}${more}`, {
    ...(first?.hint == null ? {} : { hint: first.hint }),
    details: { diagnostics },
  });
}
