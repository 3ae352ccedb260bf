import type { NodeRecord, Quiet } from "../history/entry.ts";
import type { History } from "../history/history.ts";
import { isEvent, leftOut, type Published, publishedIn, publisherOf } from "../history/published.ts";
import { faultsOf, stretchAt, stretchesOf } from "../history/stretches.ts";
import { isOn, type Subscription, subscriptionsOf } from "../history/subscriptions.ts";
import type { Checker, Violation } from "./checker.ts";

/** An event that was answered with 200 and did not reach a subscriber whose connection stayed open. */
export interface Loss {
  readonly event: Published;
  readonly subscription: Subscription;
  /** The quiet moment at which the subscriber was still there. */
  readonly quiet: Quiet;
  /** The process that took the event ended before that, and with it what it had counted. */
  readonly isWithTheDead: boolean;
}

/**
 * Faults may cost events. Each lost one must stand in a counter and in the log of a node that lives, or lived at the quiet moment after
 * that.
 */
export const honestLoss: Checker = {
  name: "honest loss",
  promise: "every event that a subscriber lost without a cut is counted and logged by a node that lives",
  check(history) {
    const lost = lossesOf(history).filter(({ isWithTheDead }) => !isWithTheDead);
    const messages = new Set(lost.map(({ event }) => event.message));
    const records = history.entries.filter((each): each is NodeRecord => each.type === "record");
    const found: Violation[] = [];
    for (const [where, sum] of [["counters", counted(records)], ["logs", logged(records)]] as const) {
      if (sum >= messages.size) continue;
      found.push({
        checker: "honest loss",
        says: `${messages.size} events were lost (${
          describe(lost)
        }), and the ${where} of the nodes that live have ${sum}`,
        entries: [
          ...lost.slice(0, 3).flatMap(({ event, subscription, quiet }) => [subscription.asked, event, quiet]),
          ...faultsOf(history.entries),
          ...records,
        ],
      });
    }
    return found;
  },
};

/** All losses of a history, those with a dead node too. */
export function lossesOf(history: History): readonly Loss[] {
  const stretches = stretchesOf(history), faults = faultsOf(history.entries);
  const subscriptions = Map.groupBy(subscriptionsOf(history), ({ channel }) => channel);
  const arrived = new Set<string>(), gaps = new Map<string, number>();
  for (const each of history.entries) {
    if (each.type !== "frame") continue;
    if (isEvent(each)) arrived.add(`${each.connection}\n${each.data}`);
    // The client was informed that something is missing, which is logged too.
    if (each.event === "resound:gap") gaps.set(`${each.connection}\n${each.channel}`, each.at.order);
  }
  const found: Loss[] = [];
  for (const event of publishedIn(history).values()) {
    if (event.outcome !== "ok") continue;
    const quiet = stretchAt(stretches, event.end).until;
    if (quiet === undefined) continue;
    const isWithTheDead = faults.some(({ kind, node, start, end }) =>
      node === event.node && END_A_PROCESS.has(kind) && end.order > event.start.order &&
      start.order < quiet.at.order
    );
    for (const subscription of subscriptions.get(event.channel) ?? []) {
      const { connection, confirmed } = subscription;
      if (
        (confirmed?.order ?? Infinity) > event.start.order || !isOn(subscription, quiet.at) ||
        connection === leftOut(event) || arrived.has(`${connection}\n${event.message}`) ||
        (gaps.get(`${connection}\n${event.channel}`) ?? 0) > event.start.order
      ) continue;
      found.push({ event, subscription, quiet, isWithTheDead });
    }
  }
  return found;
}

const END_A_PROCESS: ReadonlySet<string> = new Set(["kill", "handover", "upgrade"]);

function describe(lost: readonly Loss[]): string {
  const some = lost.slice(0, 3).map(({ event, subscription }) =>
    `${event.message} of ${publisherOf(event)} for ${subscription.connection}`
  );
  return some.join(", ") + (lost.length > some.length ? " …" : "");
}

function counted(records: readonly NodeRecord[]): number {
  return overAll(records, ({ losses }) => losses.counted);
}

function logged(records: readonly NodeRecord[]): number {
  return overAll(records, ({ losses }) => losses.logged);
}

/** The sum over all processes that a slot has had: a number that grows, and begins anew with the next process. */
function overAll(records: readonly NodeRecord[], read: (record: NodeRecord) => number): number {
  let sum = 0;
  for (const own of Map.groupBy(records, ({ node }) => node).values()) {
    let before: NodeRecord | undefined;
    for (const record of own) {
      const isNext = before?.since.order !== record.since.order || read(record) < read(before);
      sum += read(record) - (isNext || before === undefined ? 0 : read(before));
      before = record;
    }
  }
  return sum;
}
