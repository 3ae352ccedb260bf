import type { Frame } from "./entry.ts";
import type { History } from "./history.ts";
import { isEvent } from "./published.ts";
import { type Subscription, subscriptionsOf } from "./subscriptions.ts";

/** What one client gets of a channel: a subscription, and those in its place after a cut where the server recovers. */
export interface Chain {
  readonly channel: string;
  /** In their order; at least one. */
  readonly links: readonly Link[];
}

/** A subscription with the events that came on it. */
export interface Link {
  readonly subscription: Subscription;
  readonly arrivals: readonly Frame[];
  /** `resound:gap`: the client was informed that something is missing. */
  readonly gaps: readonly Frame[];
}

/** The chains of all subscriptions. Without recovery each subscription is one of its own. */
export function chainsOf(history: History): readonly Chain[] {
  const returned = returnsIn(history), frames = framesByPlace(history);
  const open = new Map<string, { readonly channel: string; readonly links: Link[] }>();
  const chains: Chain[] = [];
  for (const subscription of subscriptionsOf(history)) {
    const { connection, channel } = subscription, before = returned.get(connection);
    const link = linkOf(subscription, frames.get(placeOf(connection, channel)) ?? []);
    const earlier = before === undefined ? undefined : open.get(placeOf(before, channel));
    const last = earlier?.links.at(-1)?.subscription;
    const goesOn = earlier !== undefined && last !== undefined && last.connection === before && isCut(last);
    const chain = goesOn ? earlier : { channel, links: [] };
    if (!goesOn) chains.push(chain);
    chain.links.push(link);
    open.set(placeOf(connection, channel), chain);
  }
  return chains;
}

/** Whether a subscription has ended without its client's own doing, or by a cut. */
function isCut({ ending }: Subscription): boolean {
  if (ending?.type === "operation") return ending.kind === "cut";
  // From 4000 to 4099 clients are not to come back: they were terminated or refused.
  return ending?.by === "other" && !(ending.code >= 4000 && ending.code < 4100);
}

function linkOf(subscription: Subscription, frames: readonly Frame[]): Link {
  const { asked } = subscription;
  // Until the connection subscribes to the channel again, if it does.
  const own = frames.filter(({ at }) => at.order > asked.start.order);
  const again = own.findIndex(({ event }, index) =>
    event === "pusher_internal:subscription_succeeded" &&
    own.slice(0, index).some((each) => each.event === event)
  );
  const until = again === -1 ? own : own.slice(0, again);
  return {
    subscription,
    arrivals: until.filter(isEvent),
    gaps: until.filter(({ event }) => event === "resound:gap"),
  };
}

/** Each connection that came back, with the one in whose place. */
function returnsIn({ setup, entries }: History): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!setup.recovers) return found;
  for (const each of entries) {
    if (each.type === "operation" && each.kind === "connect" && each.returns !== undefined) {
      found.set(each.connection, each.returns);
    }
  }
  return found;
}

function framesByPlace({ entries }: History): ReadonlyMap<string, readonly Frame[]> {
  const found = new Map<string, Frame[]>();
  for (const entry of entries) {
    if (entry.type !== "frame" || entry.channel === undefined) continue;
    const place = placeOf(entry.connection, entry.channel), list = found.get(place);
    if (list === undefined) found.set(place, [entry]);
    else list.push(entry);
  }
  return found;
}

function placeOf(connection: string, channel: string): string {
  return `${connection}\n${channel}`;
}
