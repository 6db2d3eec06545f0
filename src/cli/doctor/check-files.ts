import { stat } from "node:fs/promises";
import type { ProjectConfig } from "../../runtime/index.ts";
import type { Finding } from "./finding.ts";

const OTHERS_MAY_WRITE = 0o002;
const OTHERS_MAY_READ = 0o044;

/** Whether other users of this machine could read the record, or change what is run. */
export async function checkFiles(
  config: Pick<ProjectConfig, "configPath" | "handsDir" | "db">,
): Promise<Finding> {
  if (process.platform === "win32")
    return { status: "note", message: "not looked at: Windows has no such modes", hint: null };
  const problems: { readonly message: string; readonly mend: string }[] = [];
  for (const path of [config.configPath, config.handsDir]) {
    if (path !== null && (await hasMode(path, OTHERS_MAY_WRITE)))
      problems.push({ message: `every user may change ${path}`, mend: `chmod o-w ${path}` });
  }
  if (await hasMode(config.db, OTHERS_MAY_READ))
    problems.push({ message: `other users may read ${config.db}`, mend: `chmod 600 ${config.db}` });
  return problems.length === 0
    ? { status: "ok", message: "no other user may change the hands or read the database", hint: null }
    : {
        status: "warning",
        message: problems.map(({ message }) => message).join("; "),
        hint: problems.map(({ mend }) => `\`${mend}\``).join("; "),
      };
}

/** False for what is not there, as a database that is a server. */
async function hasMode(path: string, mode: number): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  return stats !== null && (stats.mode & mode) !== 0;
}
