import type { Environment } from "../../core/index.ts";
import type { HandConfig } from "../../manifest/index.ts";
import type { ProjectConfig } from "../../runtime/index.ts";

/**
 * The name of a hand's webhook secret: in `[secrets]` of `hands.toml`, or as a variable. `my-hand` has `HANDS_WEBHOOK_SECRET_MY_HAND`.
 */
export function nameWebhookSecret(handName: string): string {
  return `HANDS_WEBHOOK_SECRET_${handName.toUpperCase().replaceAll("-", "_")}`;
}

/** The secret that a hand's webhooks are signed with; null where there is none, or two hands would share it. */
export function findWebhookSecret(
  handName: string,
  sources: {
    readonly config: Pick<ProjectConfig, "secrets">;
    readonly environment: Environment;
    /** Every hand that takes webhooks. */
    readonly hands: readonly HandConfig[];
  },
): string | null {
  const name = nameWebhookSecret(handName);
  const sharing = sources.hands.filter((hand) => nameWebhookSecret(hand.name) === name);
  // What is signed does not name the hand, so with one secret a webhook for one could be sent to the other.
  if (sharing.length > 1) return null;
  const { secrets } = sources.config;
  const secret = Object.hasOwn(secrets, name) ? secrets[name] : sources.environment[name];
  return secret === undefined || secret === "" ? null : secret;
}
