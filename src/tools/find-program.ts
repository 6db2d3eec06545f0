import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Where programs are looked for when the environment does not say. */
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/**
 * The file that a program's name stands for, as the system would find it: a name with a slash is a path from `cwd`, any
 * other is looked for in the folders of `PATH`. Undefined where there is none that can be executed.
 */
export function findProgram(program: string, cwd: string, path: string | undefined): string | undefined {
  if (program.includes("/")) {
    const file = isAbsolute(program) ? program : join(cwd, program);
    return isExecutable(file) ? file : undefined;
  }
  // Folders of PATH that are relative would be another program in another folder.
  const folders = (path ?? DEFAULT_PATH).split(delimiter).filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
