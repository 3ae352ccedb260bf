import type { Ended, Entry } from "./entry.ts";
import type { History } from "./history.ts";
import type { Leave, Moment, Subscribe, Unsubscribe } from "./operation.ts";

/** What ends a subscription, as its client knows it. */
export type Ending = Unsubscribe | Leave | Ended;

/** A connection on a channel, from its `subscribe` on. */
export interface Subscription {
  readonly connection: string;
  readonly channel: string;
  readonly user?: string;
  readonly asked: Subscribe;
  /** When `subscription_succeeded` came; absent where it never did, so that the node may have subscribed it or not. */
  readonly confirmed?: Moment;
  readonly ending?: Ending;
  /** From then on it may be over. `undefined` while nothing has ended it. */
  readonly endsFrom?: Moment;
}

/**
 * All subscriptions of a history, in the order in which they were asked for. Refused ones are none. A connection that asks twice for a
 * channel without leaving it has one.
 */
export function subscriptionsOf({ entries }: History): readonly Subscription[] {
  const endings = new Map<string, Ending[]>();
  const asked: Subscribe[] = [];
  for (const entry of entries) {
    if (isEnding(entry)) listOf(endings, entry.connection).push(entry);
    else if (entry.type === "operation" && entry.kind === "subscribe" && entry.outcome !== "refused") {
      asked.push(entry);
    }
  }
  asked.sort((a, b) => a.start.order - b.start.order);
  const found: Subscription[] = [];
  const current = new Map<string, Subscription>();
  for (const each of asked) {
    const place = `${each.connection}\n${each.channel}`, before = current.get(place);
    if (before !== undefined && (before.endsFrom?.order ?? Infinity) > each.start.order) continue;
    const subscription = subscriptionOf(each, endings.get(each.connection) ?? []);
    current.set(place, subscription);
    found.push(subscription);
  }
  return found;
}

/** When an ending begins: the operation's start, or the moment at which the client saw the end. */
export function beginningOf(ending: Ending): Moment {
  return ending.type === "ended" ? ending.at : ending.start;
}

/** Whether a subscription was confirmed by then, and nothing had begun to end it. */
export function isOn({ confirmed, endsFrom }: Subscription, { order }: Moment): boolean {
  return confirmed !== undefined && confirmed.order <= order && (endsFrom?.order ?? Infinity) > order;
}

function subscriptionOf(asked: Subscribe, endings: readonly Ending[]): Subscription {
  const { connection, channel, user, start, end, outcome } = asked;
  let ending: Ending | undefined;
  for (const each of endings) {
    const begins = beginningOf(each).order;
    if (
      begins < start.order ||
      each.type === "operation" && each.kind === "unsubscribe" && each.channel !== channel
    ) {
      continue;
    }
    if (ending === undefined || begins < beginningOf(ending).order) ending = each;
  }
  return {
    connection,
    channel,
    ...(user === undefined ? {} : { user }),
    asked,
    ...(outcome === "ok" ? { confirmed: end } : {}),
    ...(ending === undefined ? {} : { ending, endsFrom: beginningOf(ending) }),
  };
}

function isEnding(entry: Entry): entry is Ending {
  return entry.type === "ended" ||
    entry.type === "operation" &&
      (entry.kind === "unsubscribe" || entry.kind === "close" || entry.kind === "cut");
}

function listOf<Value>(lists: Map<string, Value[]>, key: string): Value[] {
  const list = lists.get(key);
  if (list !== undefined) return list;
  const made: Value[] = [];
  lists.set(key, made);
  return made;
}
