import type { Quiet } from "../history/entry.ts";
import { type Observer, observersOf } from "../history/observers.ts";
import { isOn, subscriptionsOf } from "../history/subscriptions.ts";
import type { Checker, Violation } from "./checker.ts";
import { usersAt } from "./truth.ts";

/** What an observer knows from nothing but its messages. */
export const picture: Checker = {
  name: "picture",
  promise: "at every quiet moment each subscriber's picture of a presence channel is the truth",
  check(history) {
    const found: Violation[] = [];
    const observers = observersOf(history), subscriptions = subscriptionsOf(history);
    for (const quiet of history.entries) {
      if (quiet.type !== "quiet") continue;
      for (const observer of observers) {
        const { subscription } = observer, { connection, channel } = subscription;
        if (!isOn(subscription, quiet.at)) continue;
        const { users, maybe } = usersAt(subscriptions, channel, quiet.at);
        const seen = pictureAt(observer, quiet);
        const missing = [...users].filter((user) => !seen.has(user));
        const ghosts = [...seen].filter((user) => !users.has(user) && !maybe.has(user));
        if (missing.length + ghosts.length === 0) continue;
        const wrong = [
          ...missing.map((user) => `does not see ${user}`),
          ...ghosts.map((user) => `still sees ${user}`),
        ].join(", ");
        const concerned = new Set([...missing, ...ghosts]);
        found.push({
          checker: "picture",
          says: `${connection} on ${channel} ${wrong}`,
          entries: [
            observer.first,
            ...subscriptions.filter((each) => each.channel === channel && concerned.has(each.user ?? ""))
              .flatMap(({ asked, ending }) => ending === undefined ? [asked] : [asked, ending]),
            ...observer.changes.filter(({ user }) => concerned.has(user)).map(({ frame }) => frame),
            quiet,
          ],
        });
      }
    }
    return found;
  },
};

function pictureAt({ roster, changes }: Observer, { at }: Quiet): ReadonlySet<string> {
  const seen = new Set(roster);
  for (const { kind, user, frame } of changes) {
    if (frame.at.order > at.order) break;
    if (kind === "added") seen.add(user);
    else seen.delete(user);
  }
  return seen;
}
