import { readEnvironment, silentLogger, systemClock } from "../core/index.ts";
import type { Diagnostic, HandConfig } from "../manifest/index.ts";
import type { Sandbox, ToolDescriptor } from "../tools/index.ts";
import { readOwnTools } from "./read-own-tools.ts";

/** Loads the code of a hand's folder, and gives the tools of its own, or why there are none. Runs no script and no tool. */
export async function readToolsOfHand(
  hand: HandConfig,
  fingerprint: string,
  builtin: readonly ToolDescriptor[],
  { secretValues, sandbox }: { readonly secretValues: readonly string[]; readonly sandbox: Sandbox },
): Promise<{ readonly tools: readonly ToolDescriptor[]; readonly problem: Diagnostic | null }> {
  const { createHandCodeHost } = await import("../code/index.ts");
  const host = createHandCodeHost({
    clock: systemClock,
    logger: silentLogger,
    environment: readEnvironment(),
    secretValues,
    sandbox,
  });
  try {
    return await readOwnTools(
      hand,
      fingerprint,
      host,
      builtin.map(({ name }) => name),
    );
  } finally {
    await host.stop();
  }
}
