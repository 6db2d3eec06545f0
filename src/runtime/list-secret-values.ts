import type { Environment } from "../core/index.ts";
import { KEY_VARIABLES } from "../models/index.ts";
import { listChannelSecrets } from "./create-channels.ts";
import type { ProjectConfig } from "./project-config.ts";

/** The variables that hold the secrets of hands' webhooks, where the project's file does not. */
const WEBHOOK_SECRET = /^HANDS_WEBHOOK_SECRET_/;

/** Every secret of a project that is known when it starts: none may be seen in a text that leaves, or by hands' code. */
export function listSecretValues(config: ProjectConfig, environment: Environment): readonly string[] {
  const { apiKey, providers = {} } = config.model;
  const values = [
    ...Object.values(config.secrets),
    apiKey,
    ...Object.values(providers).map((provider) => provider.apiKey),
    ...listChannelSecrets(config.channels),
    ...Object.values(config.mcp ?? {}).flatMap((server) => server.secretValues),
    ...KEY_VARIABLES.map((name) => environment[name]),
    ...Object.keys(environment)
      .filter((name) => WEBHOOK_SECRET.test(name))
      .map((name) => environment[name]),
    readPassword(config.db),
  ];
  return values.filter((value): value is string => typeof value === "string" && value !== "");
}

/** The password of a database's address; empty where there is none. */
function readPassword(db: string): string {
  const password = URL.parse(db)?.password ?? "";
  try {
    return decodeURIComponent(password);
  } catch {
    // A lone percent sign is meant as it is.
    return password;
  }
}
