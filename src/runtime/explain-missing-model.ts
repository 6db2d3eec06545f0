import type { Environment } from "../core/index.ts";
import { systemClock } from "../core/index.ts";
import type { ProjectConfig } from "./project-config.ts";

/** Why the project's model could not be asked, and what to write; null where it could. Sends nothing. */
export async function explainMissingModel(
  config: Pick<ProjectConfig, "model" | "modelPrices">,
  environment: Environment,
): Promise<{ readonly message: string; readonly hint: string } | null> {
  const { createModelProvider } = await import("../models/index.ts");
  const models = createModelProvider({
    settings: config.model,
    environment,
    clock: systemClock,
    prices: config.modelPrices,
  });
  return models.explainMissing(null);
}
