import { assertMayDecide } from "../approvals/index.ts";
import { silentLogger } from "../core/index.ts";
import { createServer } from "../server/index.ts";
import type { CommandContext } from "./command-context.ts";
import { EXIT } from "./exit-codes.ts";
import { openRuntime } from "./open-runtime.ts";
import { readOperatorName } from "./operator.ts";

/** Serves MCP until the client goes. What it starts is run by `hands up`. */
export async function speakMcp(context: CommandContext): Promise<number> {
  // From inside an execution it would start hands past the bound of their chain.
  assertMayDecide(context.environment);
  using listener = context.interrupts.listen();
  await using runtime = await openRuntime(context, { logger: silentLogger });
  await using server = createServer({
    runtime,
    operatorName: readOperatorName(),
    clock: context.clock,
    environment: context.environment,
  });
  await server.serveMcp(listener.signal);
  return EXIT.ok;
}
