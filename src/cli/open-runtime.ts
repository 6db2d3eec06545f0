import type { Logger } from "../core/index.ts";
import type { ProjectConfig, Runtime } from "../runtime/index.ts";
import { createRuntime } from "../runtime/index.ts";
import type { CommandContext } from "./command-context.ts";
import { loadProject } from "./project.ts";

/** A runtime on the project's store that starts nothing by itself. */
export async function openRuntime(
  context: CommandContext,
  options: { readonly logger: Logger; readonly config?: ProjectConfig },
): Promise<Runtime> {
  const config = options.config ?? (await loadProject(context, { withSecrets: true })).config;
  return await createRuntime({
    config,
    clock: context.clock,
    environment: context.environment,
    logger: options.logger,
  });
}
