import type { Environment } from "../core/index.ts";
import { explainMissing } from "../models/index.ts";
import type { ProjectConfig } from "./project-config.ts";

/** Why the project's model could not be asked, and what to write; null where it could. Sends nothing. */
export function explainMissingModel(
  config: Pick<ProjectConfig, "model">,
  environment: Environment,
): { readonly message: string; readonly hint: string } | null {
  return explainMissing(null, config.model, environment);
}
