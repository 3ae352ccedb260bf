import type { Frame } from "./entry.ts";
import type { History } from "./history.ts";
import { type Subscription, subscriptionsOf } from "./subscriptions.ts";

/** A change that a presence channel's subscriber was sent. */
export interface Change {
  readonly kind: "added" | "removed";
  readonly user: string;
  readonly frame: Frame;
}

/** One subscription to a presence channel, with all that its client was sent of the members. */
export interface Observer {
  readonly subscription: Subscription;
  /** Users of `subscription_succeeded`. */
  readonly roster: readonly string[];
  /** The confirmation. */
  readonly first: Frame;
  readonly changes: readonly Change[];
}

/** All subscribers of presence channels that were confirmed. */
export function observersOf(history: History): readonly Observer[] {
  const frames = new Map<string, Frame[]>();
  for (const entry of history.entries) {
    if (entry.type !== "frame" || entry.channel === undefined) continue;
    const key = `${entry.connection}\n${entry.channel}`;
    const list = frames.get(key);
    if (list === undefined) frames.set(key, [entry]);
    else list.push(entry);
  }
  return subscriptionsOf(history).flatMap((subscription) => {
    const { connection, channel, asked, user, endsFrom } = subscription;
    if (user === undefined) return [];
    const list = frames.get(`${connection}\n${channel}`) ?? [];
    const from = list.findIndex(({ event, at }) =>
      event === "pusher_internal:subscription_succeeded" && at.order > asked.start.order
    );
    const first = list[from];
    if (first === undefined || first.at.order > (endsFrom?.order ?? Infinity)) return [];
    // What comes after its end, and before the next confirmation, is checked by "delivery".
    const changes = list.slice(from + 1)
      .filter(({ at }) => at.order < (endsFrom?.order ?? Infinity))
      .flatMap((frame) => changeOf(frame));
    return [{ subscription, roster: rosterOf(first), first, changes }];
  });
}

function rosterOf({ data = "{}" }: Frame): readonly string[] {
  const read: unknown = JSON.parse(data);
  const presence = (read as { presence?: { ids?: readonly unknown[]; hash?: object } }).presence;
  return (presence?.ids ?? Object.keys(presence?.hash ?? {})).map(String).sort();
}

function changeOf(frame: Frame): readonly Change[] {
  const kind = frame.event === "pusher_internal:member_added"
    ? "added"
    : frame.event === "pusher_internal:member_removed"
    ? "removed"
    : undefined;
  if (kind === undefined) return [];
  const { user_id: user } = JSON.parse(frame.data ?? "{}") as { user_id?: unknown };
  return [{ kind, user: String(user), frame }];
}
