import type { FaultKind, Quiet } from "../history/entry.ts";
import { type Chain, chainsOf } from "../history/chains.ts";
import type { History } from "../history/history.ts";
import { leftOut, type Published, publishedIn, publisherOf } from "../history/published.ts";
import { type Stretch, stretchAt, stretchesOf } from "../history/stretches.ts";
import { isOn, type Subscription } from "../history/subscriptions.ts";
import { disorderIn } from "./disorder.ts";
import { misdirectedIn } from "./misdirected.ts";
import { repeatsIn } from "./repeats.ts";
import type { Checker, Violation } from "./checker.ts";

/** Faults over which recovery is promised to lose nothing: Redis has its data, and each node reaches it. */
const LOG_IS_THERE: ReadonlySet<FaultKind> = new Set([
  "kill",
  "freeze",
  "clients-cut",
  "clients-stalled",
  "handover",
]);

/** That nothing comes twice, out of order or to the wrong client holds at all times; that everything comes holds outside faults. */
export const delivery: Checker = {
  name: "delivery",
  promise:
    "an event answered 200 after a confirmed subscription arrives exactly once, in its publisher's order, and with recovery over cuts too",
  check(history) {
    const published = publishedIn(history), chains = chainsOf(history);
    return [
      ...missingIn(history, chains, published),
      ...chains.flatMap((chain) => [...repeatsIn(history, chain), ...disorderIn(chain, published)]),
      ...misdirectedIn(history, published),
    ];
  },
};

function missingIn(
  history: History,
  chains: readonly Chain[],
  published: ReadonlyMap<string, Published>,
): readonly Violation[] {
  const stretches = stretchesOf(history), found: Violation[] = [];
  for (const event of published.values()) {
    if (event.outcome !== "ok") continue;
    const stretch = stretchAt(stretches, event.end);
    if (
      stretch.until === undefined || !isPromised(history, event, stretchAt(stretches, event.start), stretch)
    ) continue;
    for (const chain of chains) {
      if (chain.channel !== event.channel || isLeftOut(event, chain)) continue;
      const owner = ownerOf(chain, event, stretch.until);
      if (owner === undefined || hasArrived(chain, event)) continue;
      if (chain.links.some(({ gaps }) => gaps.some(({ at }) => at.order > event.start.order))) continue;
      found.push({
        checker: "delivery",
        says: `${event.message} of ${
          publisherOf(event)
        } on ${event.channel} did not arrive at ${owner.connection}`,
        entries: [
          ...chain.links.flatMap(({ subscription: { asked, ending } }) =>
            ending === undefined ? [asked] : [asked, ending]
          ),
          event,
          ...stretch.faults,
          stretch.until,
        ],
      });
    }
  }
  return found;
}

function isPromised({ setup }: History, event: Published, first: Stretch, last: Stretch): boolean {
  if (first !== last) return false;
  if (first.isCalm) return true;
  return setup.recovers && event.kind === "publish" &&
    first.faults.every(({ kind }) => LOG_IS_THERE.has(kind));
}

/** Whether the event is not for this client: also what it has sent under an earlier connection. */
function isLeftOut(event: Published, { links }: Chain): boolean {
  const connection = leftOut(event);
  return links.some(({ subscription }) => subscription.connection === connection);
}

/** The subscription that must have got the event by a quiet moment: on then, and confirmed (or that before it) before the event. */
function ownerOf({ links }: Chain, event: Published, quiet: Quiet): Subscription | undefined {
  const owner = links.find(({ subscription }) => isOn(subscription, quiet.at))?.subscription;
  const begun = links.some(({ subscription }) =>
    (subscription.confirmed?.order ?? Infinity) < event.start.order
  );
  return begun ? owner : undefined;
}

function hasArrived({ links }: Chain, { message }: Published): boolean {
  return links.some(({ arrivals }) => arrivals.some(({ data }) => data === message));
}
