import type { Entry, FaultKind } from "../history/entry.ts";
import type { AskUsers } from "../history/operation.ts";
import { faultsOf } from "../history/stretches.ts";
import { isOn, type Subscription, subscriptionsOf } from "../history/subscriptions.ts";
import type { History } from "../history/history.ts";
import type { Checker, Violation } from "./checker.ts";
import { usersAt } from "./truth.ts";

/** Faults in which a node has its own Redis and clients still; after them the lease decides on what is left. */
const LEASE_DECIDES: ReadonlySet<FaultKind> = new Set([
  "kill",
  "freeze",
  "clients-cut",
  "clients-stalled",
  "slow-reader",
  "handover",
  "upgrade",
]);

/**
 * A member that has left may be seen until the lease of its node and `hold_seconds` are over, and no longer, also when its node was
 * killed or stood still. While Redis is away nodes keep what they knew; at every quiet moment, when that is healed, each node must know exactly who is
 * there.
 */
export const ghosts: Checker = {
  name: "ghosts",
  promise:
    "no member is seen longer than the lease and hold_seconds after it left, and none is missing after a heal",
  check(history) {
    const subscriptions = subscriptionsOf(history);
    return [...lateReads(history, subscriptions), ...wrongAtQuiet(history, subscriptions)];
  },
};

function lateReads(history: History, subscriptions: readonly Subscription[]): readonly Violation[] {
  const { leaseMs, holdMs, marginMs } = history.setup;
  const faults = faultsOf(history.entries), patience = leaseMs + holdMs + marginMs;
  const found: Violation[] = [];
  for (const entry of history.entries) {
    if (entry.type !== "operation" || entry.kind !== "users" || entry.users === undefined) continue;
    for (const user of entry.users) {
      const own = subscriptions.filter((each) => each.channel === entry.channel && each.user === user);
      const trace = lastTrace(own, entry);
      if (trace === undefined) continue;
      const during = faults.filter(({ start, end }) => end.ms >= trace && start.ms <= entry.end.ms);
      if (during.some(({ kind }) => !LEASE_DECIDES.has(kind))) continue;
      // A node that stood still counts from its end on: only then does it notice who has left.
      const since = Math.max(trace, ...during.map(({ end }) => end.ms));
      if (entry.start.ms - since <= patience) continue;
      found.push({
        checker: "ghosts",
        says: `${entry.node} has ${user} on ${entry.channel} ${
          Math.round(entry.start.ms - since)
        } ms after the end`,
        entries: [...own.flatMap(entriesOf), ...during, entry],
      });
    }
  }
  return found;
}

/** The time of a user's last possible presence before a read; `undefined` when it may be there at the read. */
function lastTrace(own: readonly Subscription[], read: AskUsers): number | undefined {
  let last = 0;
  for (const { asked, endsFrom } of own) {
    if (asked.start.order > read.end.order) continue;
    if (endsFrom === undefined || endsFrom.order > read.start.order) return undefined;
    last = Math.max(last, endsFrom.ms);
  }
  return last;
}

function wrongAtQuiet({ entries }: History, subscriptions: readonly Subscription[]): readonly Violation[] {
  const found: Violation[] = [];
  for (const quiet of entries) {
    if (quiet.type !== "quiet") continue;
    for (const { node, users: answers } of quiet.answers) {
      for (const [channel, answered] of Object.entries(answers)) {
        const { users, maybe } = usersAt(subscriptions, channel, quiet.at);
        const has = new Set(answered);
        for (const user of new Set([...users, ...answered])) {
          if (has.has(user) === users.has(user) || maybe.has(user)) continue;
          found.push({
            checker: "ghosts",
            says: has.has(user)
              ? `${node} has ${user} on ${channel} at a quiet moment, and no connection of that user is there`
              : `${node} does not have ${user} on ${channel} at a quiet moment`,
            entries: [
              ...subscriptions.filter((each) => each.channel === channel && each.user === user)
                .filter((each) => !has.has(user) ? isOn(each, quiet.at) : true).flatMap(entriesOf),
              quiet,
            ],
          });
        }
      }
    }
  }
  return found;
}

function entriesOf({ asked, ending }: Subscription): readonly Entry[] {
  return ending === undefined ? [asked] : [asked, ending];
}
