import type { Environment } from "../core/index.ts";
import type { ProjectConfig } from "./project-config.ts";

/** Asks the server of the project's model which models it has. Throws: as `checkModelServer`. */
export async function checkModel(
  config: Pick<ProjectConfig, "model">,
  environment: Environment,
  signal: AbortSignal,
) {
  const { checkModelServer } = await import("../models/index.ts");
  return await checkModelServer(config.model, environment, { signal });
}
