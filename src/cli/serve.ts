import { fileURLToPath } from "node:url";
import type { Logger } from "../core/index.ts";
import { HandsError } from "../core/index.ts";
import type { Runtime } from "../runtime/index.ts";
import type { HandsServer } from "../server/index.ts";
import type { CommandContext } from "./command-context.ts";
import { readOperatorName } from "./operator.ts";

/** How the server was asked for. */
export interface ServeOptions {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** A server that listens, and what is to be said of it. */
export interface Serving {
  readonly server: HandsServer;
  readonly lines: readonly string[];
}

const WEB_DIR = fileURLToPath(new URL("../../web/dist", import.meta.url));
const DEFAULT_PORT = 4263;

/**
 * Serves the API and the dashboard of a runtime. Null where another process has the default port, which a second `up` on one database is
 * free to: that is said. A port that somebody chose has to be free.
 */
export async function serve(
  context: CommandContext,
  runtime: Runtime,
  { logger, ...options }: ServeOptions & { readonly logger: Logger },
): Promise<Serving | null> {
  const { createServer } = await import("../server/index.ts");
  const { server: settings } = runtime.config;
  const port = options.port ?? settings.port;
  const server = createServer({
    runtime,
    port,
    host: options.host ?? settings.host,
    publicUrls: settings.publicUrl == null ? [] : [settings.publicUrl],
    webDir: WEB_DIR,
    operatorName: readOperatorName(),
    clock: context.clock,
    environment: context.environment,
    logger,
  });
  const isFirst = await server.isFirstStart();
  try {
    const { url } = await server.start();
    return { server, lines: [`Dashboard and API: ${url}`, await describeLogin(server, isFirst)] };
  } catch (error) {
    const isChosen = options.port !== undefined || port !== DEFAULT_PORT;
    if (isChosen || !(error instanceof HandsError) || !isTaken(error)) throw error;
    await server.stop();
    logger.warn(
      `port ${DEFAULT_PORT} is taken: this process serves no dashboard and API. Choose another with --port.`,
    );
    return null;
  }
}

async function describeLogin(server: HandsServer, isFirst: boolean): Promise<string> {
  return isFirst
    ? `Log in, once, within the hour: ${await server.createLoginLink()}`
    : "`hands token login` prints a link that logs in.";
}

function isTaken(error: HandsError): boolean {
  const { cause } = error;
  return cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
}
