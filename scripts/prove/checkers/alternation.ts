import { observersOf } from "../history/observers.ts";
import type { Checker, Violation } from "./checker.ts";

/** Holds at any time, during faults as well: what a client is sent must fit together. */
export const alternation: Checker = {
  name: "alternation",
  promise:
    "member_added and member_removed of a user alternate for each subscriber, beginning with its roster",
  check(history) {
    const found: Violation[] = [];
    for (const { subscription, roster, first, changes } of observersOf(history)) {
      const { connection, channel } = subscription;
      const present = new Set(roster);
      const last = new Map(roster.map((user) => [user, first]));
      const broken = (says: string, user: string, frame: typeof first): void => {
        const before = last.get(user) ?? first;
        found.push({
          checker: "alternation",
          says: `${connection} on ${channel}: ${says}`,
          entries: [before, frame],
        });
      };
      if (roster.length !== present.size) {
        broken(`its roster has a user twice: ${roster.join(", ")}`, "", first);
      }
      for (const { kind, user, frame } of changes) {
        if (kind === "added") {
          if (present.has(user)) broken(`${user} was added while being there`, user, frame);
          present.add(user);
        } else if (!present.delete(user)) broken(`${user} was removed without being there`, user, frame);
        last.set(user, frame);
      }
    }
    return found;
  },
};
