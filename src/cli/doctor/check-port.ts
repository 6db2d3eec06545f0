import { createServer } from "node:net";
import type { ProjectConfig } from "../../runtime/index.ts";
import type { Finding } from "./finding.ts";

/** Whether dashboard and API could have their port: it is opened for a moment. */
export async function checkPort(
  { host, port }: Pick<ProjectConfig["server"], "host" | "port">,
  isServerAlive: boolean,
): Promise<Finding> {
  const place = `${host}:${port}`;
  if (port === 0) return { status: "ok", message: `any free port of ${host}`, hint: null };
  const code = await tryToListen(host, port);
  if (code === null) return { status: "ok", message: `${place} is free`, hint: null };
  if (code === "EADDRINUSE" && isServerAlive)
    return { status: "ok", message: `${place} is taken, and a \`hands up\` is running`, hint: null };
  const why =
    code === "EADDRINUSE"
      ? "another program has it"
      : code === "EACCES"
        ? "this user may not have it"
        : code === "EADDRNOTAVAIL"
          ? "this machine does not have that address"
          : code;
  return {
    // It may be free again when it is needed, and --port chooses another.
    status: "warning",
    message: `${place} cannot be served: ${why}`,
    hint: "`hands up --port N` takes another one, as do host and port in [server] of hands.toml.",
  };
}

/** Gives the system's word for why not, or null. */
async function tryToListen(host: string, port: number): Promise<string | null> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
