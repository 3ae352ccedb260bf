import type { Frame } from "../history/entry.ts";
import type { History } from "../history/history.ts";
import { isEvent, leftOut, type Published } from "../history/published.ts";
import { subscriptionsOf } from "../history/subscriptions.ts";
import type { Violation } from "./checker.ts";

/** Events that a client may not get: not subscribed, left out, refused, of another channel or never published. */
export function misdirectedIn(
  history: History,
  published: ReadonlyMap<string, Published>,
): readonly Violation[] {
  const byPlace = Map.groupBy(
    subscriptionsOf(history),
    ({ connection, channel }) => `${connection}\n${channel}`,
  );
  const found: Violation[] = [];
  for (const frame of history.entries) {
    if (frame.type !== "frame" || !isEvent(frame)) continue;
    const event = published.get(frame.data ?? "");
    const own = byPlace.get(`${frame.connection}\n${frame.channel}`) ?? [];
    const isSubscribed = own.some(({ asked, ending }) =>
      asked.start.order < frame.at.order &&
      // What was on its way when the client left the channel may come until the node has answered.
      (ending?.type !== "operation" || ending.kind !== "unsubscribe" || ending.outcome !== "ok" ||
        ending.end.order > frame.at.order)
    );
    const says = wrongWith(frame, event, isSubscribed);
    if (says === undefined) continue;
    found.push({
      checker: "delivery",
      says: `${frame.connection} got ${frame.data} on ${frame.channel}, ${says}`,
      entries: [
        ...own.flatMap(({ asked, ending }) => ending === undefined ? [asked] : [asked, ending]),
        ...(event === undefined ? [] : [event]),
        frame,
      ],
    });
  }
  return found;
}

function wrongWith(frame: Frame, event: Published | undefined, isSubscribed: boolean): string | undefined {
  if (event === undefined) return "which was never published";
  if (event.channel !== frame.channel) return `which was published on ${event.channel}`;
  if (event.outcome === "refused") return "whose publishing was refused";
  if (leftOut(event) === frame.connection) return "which leaves out this connection";
  return isSubscribed ? undefined : "without being subscribed";
}
