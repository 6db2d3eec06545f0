import type { Runtime } from "./runtime.ts";
import type { RuntimeOptions } from "./runtime-options.ts";

/**
 * Builds a runtime from a project's configuration. Opens the store; loads and starts nothing. What it is made of is loaded with the first
 * call, so that commands which only look start at once.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { createRuntime: create } = await import("./runtime.ts");
  return await create(options);
}
