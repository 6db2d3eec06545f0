import type { HandConfig } from "../../manifest/index.ts";
import type { ServerContext } from "../server-context.ts";

/** The manifest of a hand as it is today; null where it is broken or not there. */
export async function findConfig(context: ServerContext, handName: string): Promise<HandConfig | null> {
  const found = await context.runtime.registry.lookUp(handName);
  return "hand" in found ? found.hand : null;
}
