import type { Environment } from "../../core/index.ts";
import type { HandConfig } from "../../manifest/index.ts";
import type { ProjectConfig } from "../../runtime/index.ts";
import type { Finding } from "./finding.ts";

/** Whether the secrets that hands name have values; the values are not shown. */
export function checkSecrets(
  hands: readonly Pick<HandConfig, "name" | "secrets">[],
  secrets: ProjectConfig["secrets"],
  environment: Environment,
): Finding {
  const names = new Set(hands.flatMap((hand) => hand.secrets));
  const missing = hands.flatMap((hand) =>
    hand.secrets
      .filter((name) => !(Object.hasOwn(secrets, name) ? secrets[name] : environment[name]))
      .map((name) => `${hand.name}: ${name}`),
  );
  if (missing.length > 0)
    return {
      status: "warning",
      message: `hands name secrets that have no value: ${missing.join(", ")}`,
      hint: 'Set such a variable, or write NAME = { env = "…" } or { file = "…" } in [secrets] of hands.toml.',
    };
  return {
    status: "ok",
    message: names.size === 0 ? "no hand needs one" : `all ${names.size} that hands name have values`,
    hint: null,
  };
}
