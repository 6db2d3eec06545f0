import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Environment } from "../core/index.ts";
import { describeError } from "../core/index.ts";
import type { SecretSource } from "./project-file-values.ts";

/** What reading a secret came to. `problem` says why there is no value; `warning` what is wrong with where it is kept. */
export interface ReadSecret {
  readonly value: string | null;
  readonly problem: string | null;
  readonly warning: string | null;
}

/** Others on the machine may read the file. */
const READABLE_BY_OTHERS = 0o004;

/** Longer than any key. */
const LARGEST_SECRET_BYTES = 65_536;

/** Reads a secret from where it is kept. Paths are relative to the project; a new line at a file's end does not count. */
export async function readSecret(
  source: SecretSource,
  place: { readonly environment: Environment; readonly projectDir: string },
): Promise<ReadSecret> {
  if ("env" in source) {
    const value = place.environment[source.env];
    if (value !== undefined && value !== "") return { value, problem: null, warning: null };
    return { value: null, problem: `the environment variable ${source.env} is not set`, warning: null };
  }
  const path = resolve(place.projectDir, source.file);
  try {
    const { mode, size } = await stat(path);
    if (size > LARGEST_SECRET_BYTES) {
      return { value: null, problem: `${path} has ${size} bytes, which is no secret`, warning: null };
    }
    const value = (await readFile(path, "utf8")).replace(/\r?\n$/, "");
    const isOpen = process.platform !== "win32" && (mode & READABLE_BY_OTHERS) !== 0;
    const warning = isOpen
      ? `${path} may be read by every user of this machine; run: chmod 600 ${path}`
      : null;
    return value === ""
      ? { value: null, problem: `${path} is empty`, warning }
      : { value, problem: null, warning };
  } catch (error) {
    return { value: null, problem: `${path} cannot be read: ${describeError(error)}`, warning: null };
  }
}
