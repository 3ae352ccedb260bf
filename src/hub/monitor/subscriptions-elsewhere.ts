import { userOfChannel } from "../../protocol/channel-name.ts";
import type { Hub } from "../hub.ts";

/** Channels that the other nodes are asked about at once, at most. */
const MOST_CHANNELS = 50;

/**
 * How many subscriptions channels have on the other nodes, by channel: what an event reaches beside this node's own receivers. A
 * channel whose number cannot be found out is not in the map: one beyond the first 50, a user's own, and all of them while the other
 * nodes are out of reach.
 */
export async function subscriptionsElsewhere(
  hub: Hub,
  channels: Iterable<string>,
): Promise<ReadonlyMap<string, number>> {
  const names = [...new Set(channels)];
  if (!hub.cluster.isShared) return new Map(names.map((name) => [name, 0]));
  const { questions } = hub.cluster;
  if (questions === undefined) return new Map();
  const asked = names.filter((name) => userOfChannel(name) === undefined).slice(0, MOST_CHANNELS);
  try {
    const counts = await Promise.all(asked.map((name) => questions.subscriptions(hub.application.id, name)));
    return new Map(asked.map((name, index) => [name, counts[index] ?? 0]));
  } catch {
    // They did not answer in time; the log has said that Redis is away.
    return new Map();
  }
}
