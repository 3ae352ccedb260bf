import type { Entry } from "../history/entry.ts";
import type { History, Setup } from "../history/history.ts";
import type { AskUsers } from "../history/operation.ts";
import { type Stretch, stretchesOf } from "../history/stretches.ts";
import { isOn, type Subscription, subscriptionsOf } from "../history/subscriptions.ts";
import { firstContradiction, type Register } from "./linearize.ts";
import type { Checker, Violation } from "./checker.ts";

/**
 * Each user of a channel is a register that connections set and unset and that `GET users` reads. In every calm stretch there must be one
 * order of all that was done, in keeping with what was over before what began, in which each answer is right. The answers of all nodes
 * are in the same order. Leaving has no answer in Pusher's protocol: it takes effect after it was begun, at the latest at the next quiet
 * moment, or when the lease and `hold_seconds` are over.
 */
export const users: Checker = {
  name: "users",
  promise: "GET users is linearizable for each user, outside faults",
  check(history) {
    const subscriptions = subscriptionsOf(history).filter(({ user }) => user !== undefined);
    const found: Violation[] = [];
    for (const stretch of stretchesOf(history)) {
      if (!stretch.isCalm) continue;
      const reads = readsIn(history, stretch);
      for (const channel of new Set(reads.map((each) => each.channel))) {
        const answers = reads.filter((each) => each.channel === channel);
        const on = subscriptions.filter((each) => each.channel === channel);
        for (
          const user of new Set([
            ...on.map((each) => each.user!),
            ...answers.flatMap((each) => each.users!),
          ])
        ) {
          const own = on.filter((each) => each.user === user);
          const { registers, initially } = operations(history.setup, stretch, own, answers, user);
          const bad = firstContradiction(registers, initially);
          if (bad === undefined) continue;
          const { node, users: answer } = bad.entry as AskUsers;
          found.push({
            checker: "users",
            says: `${node} answers ${answer!.includes(user) ? "with" : "without"} ${user} on ${channel}, ` +
              "which no order of what was done explains",
            entries: registers.map(({ entry }) => entry),
          });
        }
      }
    }
    return found;
  },
};

function readsIn({ entries }: History, { from, until }: Stretch): readonly AskUsers[] {
  return entries.filter((each): each is AskUsers =>
    each.type === "operation" && each.kind === "users" && each.users !== undefined &&
    each.start.order > (from?.at.order ?? -1) && each.end.order < (until?.at.order ?? Infinity)
  );
}

/** What was done to one user's register in a stretch, in the order of its beginnings. */
function operations(
  { leaseMs, holdMs, marginMs }: Setup,
  { from, until }: Stretch,
  own: readonly Subscription[],
  answers: readonly AskUsers[],
  user: string,
): { readonly registers: readonly Register<Entry>[]; readonly initially: readonly string[] } {
  const begins = from?.at.order ?? -1, ends = until?.at.order ?? Infinity;
  const registers: Register<Entry>[] = answers.map((entry) => ({
    kind: "read",
    isPresent: entry.users!.includes(user),
    start: entry.start,
    end: entry.end,
    entry,
  }));
  const initially: string[] = [];
  for (const each of own) {
    const { asked, confirmed, ending, endsFrom, connection } = each;
    if (from !== undefined && isOn(each, from.at)) initially.push(connection);
    else if (asked.start.order > begins && asked.start.order < ends) {
      registers.push({
        kind: "join",
        connection,
        start: asked.start,
        ...(confirmed === undefined ? { isOptional: true } : { end: confirmed }),
        entry: asked,
      });
    }
    if (ending === undefined || endsFrom === undefined || endsFrom.order < begins || endsFrom.order > ends) {
      continue;
    }
    registers.push({
      kind: "leave",
      connection,
      // What the client has not done itself, the node has done before the client has noticed.
      start: ending.type === "ended" ? asked.start : endsFrom,
      endMs: endsFrom.ms + leaseMs + holdMs + marginMs,
      ...(confirmed === undefined ? { isOptional: true } : {}),
      entry: ending,
    });
  }
  return { registers: registers.sort((a, b) => a.start.order - b.start.order), initially };
}
