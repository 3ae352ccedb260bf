import type { WaitingEvent } from "./batch.ts";

/** Events of a stay at most: occupied, an empty cache, and a count for each of a few subscriptions. */
export const MOST_OF_STAY = 8;

/** How events begin that mean nothing more once the channel is vacant. */
const OF_STAY = ['{"name":"subscription_count"', '{"name":"cache_miss"'] as const;

/**
 * Whether the events that wait for a channel, which has just been vacated, are those of one stay from its beginning, which need not be
 * reported: it was occupied after `since` (milliseconds since 1970), and there is no event of a client or a member among them.
 */
export function isBriefStay(
  channel: string,
  since: number,
  events: readonly WaitingEvent[] | undefined,
): boolean {
  const [first, ...others] = events ?? [];
  return first !== undefined && first.at > since &&
    first.json === JSON.stringify({ name: "channel_occupied", channel }) &&
    others.every(({ json }) => OF_STAY.some((beginning) => json.startsWith(beginning)));
}
