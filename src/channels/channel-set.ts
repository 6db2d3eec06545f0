import type { Channel, ChannelSet } from "./types.ts";

/** The channels of a project. */
export function createChannelSet(channels: readonly Channel[]): ChannelSet {
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  return { names: [...byName.keys()], find: (name) => byName.get(name) };
}
