import type { Moment } from "../history/operation.ts";
import { isOn, type Subscription } from "../history/subscriptions.ts";

/** Who is on a presence channel at a quiet moment, by what clients did. */
export interface Truth {
  readonly users: ReadonlySet<string>;
  /** Users of whom it is not known: their subscription was never answered, and their connection is open. */
  readonly maybe: ReadonlySet<string>;
}

/** The truth about a presence channel at a quiet moment, when no operation is open and all that was done has taken effect. */
export function usersAt(
  subscriptions: readonly Subscription[],
  channel: string,
  at: Moment,
): Truth {
  const users = new Set<string>(), maybe = new Set<string>();
  for (const each of subscriptions) {
    if (each.channel !== channel || each.user === undefined) continue;
    if (isOn(each, at)) users.add(each.user);
    else if (
      each.confirmed === undefined && each.asked.start.order < at.order &&
      (each.endsFrom?.order ?? Infinity) > at.order
    ) maybe.add(each.user);
  }
  return { users, maybe };
}

/** How many subscriptions each channel has at a quiet moment; none for a channel that has none, nor for one that is in doubt. */
export function countsAt(subscriptions: readonly Subscription[], at: Moment): ReadonlyMap<string, number> {
  const counts = new Map<string, number>(), inDoubt = new Set<string>();
  for (const each of subscriptions) {
    if (isOn(each, at)) counts.set(each.channel, (counts.get(each.channel) ?? 0) + 1);
    else if (
      each.confirmed === undefined && each.asked.start.order < at.order &&
      (each.endsFrom?.order ?? Infinity) > at.order
    ) inDoubt.add(each.channel);
  }
  for (const channel of inDoubt) counts.delete(channel);
  return counts;
}
