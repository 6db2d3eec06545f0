import type { Environment } from "../core/index.ts";
import type { Sandbox } from "../tools/index.ts";
import { createSandbox } from "../tools/index.ts";
import type { ProjectConfig } from "./project-config.ts";

/** The machine's sandbox, which shows nothing of a project to the programs in it but a hand's workspace. */
export function openMachineSandbox(
  {
    dataDir,
    handsDir,
    toolsDir,
    projectDir,
  }: Pick<ProjectConfig, "dataDir" | "handsDir" | "toolsDir" | "projectDir">,
  environment: Environment,
): Sandbox {
  return createSandbox({
    environment,
    hidden: [dataDir, handsDir, ...(toolsDir === undefined ? [] : [toolsDir]), projectDir],
  });
}
