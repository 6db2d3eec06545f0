import type { ChannelSet } from "../channels/index.ts";
import { HandsError } from "../core/index.ts";

/** One place that requests go to. */
export interface Destination {
  readonly channel: string;
  /** One of the channel's link recipients; empty where the platform says who pressed. */
  readonly recipient: string;
}

/**
 * Where requests go: through the channels that `[policy] notify` names, or through every channel that people can be asked through.
 *
 * Throws: `invalid_configuration` for a name of no channel, or of one that cannot ask.
 */
export function listDestinations(
  channels: ChannelSet,
  notify: readonly string[] | null,
): readonly Destination[] {
  for (const name of notify ?? []) assertCanAsk(channels, name);
  return (notify ?? channels.names).flatMap((channel) => {
    const requests = channels.find(channel)?.requests;
    if (requests === undefined) return [];
    const recipients = requests.linkRecipients.length === 0 ? [""] : requests.linkRecipients;
    return recipients.map((recipient) => ({ channel, recipient }));
  });
}

/** Through which channels the runtime says something of its own: those that `[alerts] channels` names, or every one that can. */
export function listNoticeChannels(
  channels: ChannelSet,
  wanted: readonly string[] | null,
): readonly string[] {
  for (const name of wanted ?? []) {
    if (channels.find(name)?.notify !== undefined) continue;
    throw new HandsError("invalid_configuration", `alerts cannot go through ${JSON.stringify(name)}`, {
      hint: `Name channels of hands.toml that can say something in [alerts] channels: ${channels.names.join(", ") || "there are none"}.`,
    });
  }
  return wanted ?? channels.names.filter((name) => channels.find(name)?.notify !== undefined);
}

function assertCanAsk(channels: ChannelSet, name: string): void {
  if (channels.find(name)?.requests !== undefined) return;
  const able = channels.names.filter((other) => channels.find(other)?.requests !== undefined);
  throw new HandsError(
    "invalid_configuration",
    `people cannot be asked through the channel ${JSON.stringify(name)}`,
    {
      hint: `Name channels of hands.toml that can ask in [policy] notify: ${able.join(", ") || "there are none"}.`,
    },
  );
}
