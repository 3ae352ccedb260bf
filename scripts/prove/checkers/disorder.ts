import type { Frame } from "../history/entry.ts";
import type { Chain } from "../history/chains.ts";
import { type Published, publisherOf } from "../history/published.ts";
import type { Violation } from "./checker.ts";

/** Events of one publisher that came in another order than they were published in, by their first arrivals. */
export function disorderIn(
  { channel, links }: Chain,
  published: ReadonlyMap<string, Published>,
): readonly Violation[] {
  const found: Violation[] = [], seen = new Set<string>();
  /** Of each publisher, the event that was begun last among those that have arrived. */
  const latest = new Map<string, { readonly event: Published; readonly frame: Frame }>();
  for (const { arrivals, subscription } of links) {
    for (const frame of arrivals) {
      const event = published.get(frame.data ?? "");
      if (event === undefined || seen.has(event.message)) continue;
      seen.add(event.message);
      const publisher = publisherOf(event), before = latest.get(publisher);
      if (before !== undefined && event.end.order < before.event.start.order) {
        found.push({
          checker: "delivery",
          says: `${event.message} of ${publisher} on ${channel} arrived at ${subscription.connection} ` +
            `after the later ${before.event.message}`,
          entries: [event, before.event, before.frame, frame],
        });
      }
      if (before === undefined || event.start.order > before.event.start.order) {
        latest.set(publisher, { event, frame });
      }
    }
  }
  return found;
}
