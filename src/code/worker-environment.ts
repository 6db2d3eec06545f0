import type { Environment } from "../core/index.ts";

/** Shorter values than this are secrets only where a variable is nothing else, or half the environment would go. */
const SHORTEST_CONTAINED_SECRET = 8;

/**
 * The environment that hands' code sees: without every variable that is one of the secrets or contains one, and with
 * `HANDS_EXECUTION`, under which the program refuses to decide approvals in children of the code.
 */
export function createWorkerEnvironment(
  environment: Environment,
  secretValues: readonly string[],
  handName: string,
): Record<string, string> {
  const secrets = secretValues.filter((secret) => secret !== "");
  const isSecret = (value: string) =>
    secrets.some(
      (secret) => value === secret || (secret.length >= SHORTEST_CONTAINED_SECRET && value.includes(secret)),
    );
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !isSecret(value)) kept[name] = value;
  }
  return { ...kept, HANDS_EXECUTION: `hand:${handName}` };
}
