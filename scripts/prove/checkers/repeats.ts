import type { Ended, Frame } from "../history/entry.ts";
import type { Chain, Link } from "../history/chains.ts";
import type { History } from "../history/history.ts";
import { faultsOf } from "../history/stretches.ts";
import type { Violation } from "./checker.ts";

/** For how long before a cut it may not be known what has arrived: a killed node writes it down once a second, and reads it as late. */
const UNKNOWN_MS = 2000;

/**
 * Events that came twice. One connection never gets an event twice; a connection in the place of one that was cut may get again what
 * came shortly before the cut, and what came while a fault kept its acknowledgement from the node.
 */
export function repeatsIn(history: History, { channel, links }: Chain): readonly Violation[] {
  const { marginMs } = history.setup, faults = faultsOf(history.entries);
  const found: Violation[] = [];
  const seen = new Map<string, { readonly frame: Frame; readonly link: Link }>();
  for (const link of links) {
    for (const frame of link.arrivals) {
      const message = frame.data ?? "", before = seen.get(message);
      if (before === undefined) {
        seen.set(message, { frame, link });
        continue;
      }
      const ended = endOf(before.link);
      const isExcused = before.link !== link && ended !== undefined &&
        (ended - before.frame.at.ms <= UNKNOWN_MS + marginMs ||
          faults.some(({ start, end }) => start.ms <= ended && end.ms >= before.frame.at.ms));
      seen.set(message, { frame, link });
      if (isExcused) continue;
      const { connection } = link.subscription;
      found.push({
        checker: "delivery",
        says: `${message} on ${channel} arrived twice at ${connection}`,
        entries: [before.frame, frame],
      });
    }
  }
  return found;
}

function endOf({ subscription: { ending, endsFrom } }: Link): Ended["at"]["ms"] | undefined {
  return ending === undefined ? undefined : endsFrom?.ms;
}
