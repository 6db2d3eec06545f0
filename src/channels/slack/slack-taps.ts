import { isPlainObject } from "../../core/index.ts";
import type { RequestTap } from "../types.ts";
import { ACTION_PREFIX } from "./slack-blocks.ts";

/** A press of one of our buttons. */
export interface SlackTap {
  readonly tap: RequestTap;
  /** Where whoever pressed can be answered for half an hour. */
  readonly responseUrl: string | null;
}

/** The presses in a `block_actions` payload. Source: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function readTaps(payload: unknown): readonly SlackTap[] {
  if (!isPlainObject(payload) || payload["type"] !== "block_actions") return [];
  const { user, actions, response_url: responseUrl } = payload;
  if (!isPlainObject(user) || typeof user["id"] !== "string" || !Array.isArray(actions)) return [];
  const sender = `slack:${user["id"]}`;
  const name = user["username"] ?? user["name"];
  return actions.flatMap((action: unknown) => {
    if (!isPlainObject(action) || typeof action["value"] !== "string") return [];
    if (typeof action["action_id"] !== "string" || !action["action_id"].startsWith(ACTION_PREFIX)) return [];
    const tap = { token: action["value"], sender, senderName: typeof name === "string" ? name : null };
    return [{ tap, responseUrl: typeof responseUrl === "string" ? responseUrl : null }];
  });
}
