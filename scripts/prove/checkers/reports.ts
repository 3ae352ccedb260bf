import type { Quiet, Webhook } from "../history/entry.ts";
import type { History } from "../history/history.ts";
import type { Moment } from "../history/operation.ts";
import { type Stretch, stretchesOf } from "../history/stretches.ts";
import { isOn, type Subscription, subscriptionsOf } from "../history/subscriptions.ts";
import type { Checker, Violation } from "./checker.ts";
import { countsAt } from "./truth.ts";

/** Nodes do not wait for each other: reports of two nodes may change places when they come so close together (milliseconds). */
const SWAPPED_WITHIN = 1000;

const COMES: ReadonlyMap<string, boolean> = new Map([
  ["channel_occupied", true],
  ["channel_vacated", false],
  ["member_added", true],
  ["member_removed", false],
]);

/** One report about a channel or a member. */
interface Report {
  readonly comes: boolean;
  readonly webhook: Webhook;
}

/**
 * Outside faults reports of each channel and member alternate, and what was reported last is the truth at each quiet moment. Over a fault
 * a node that goes on alone may report what another has reported too; then the last report alone counts. A killed node takes reports with
 * it that waited to be sent: nothing is asked of what was reported until the next quiet moment, and nothing of what was before after it.
 */
export const reports: Checker = {
  name: "reports",
  promise:
    "webhooks alternate, none is lost or sent twice under another delivery id, and counts are the truth at rest",
  check(history) {
    const subscriptions = subscriptionsOf(history);
    return [
      ...(history.setup.reports ? wrongReports(history, subscriptions) : []),
      ...wrongCounts(history, subscriptions),
    ];
  },
};

function wrongReports(history: History, subscriptions: readonly Subscription[]): readonly Violation[] {
  const found: Violation[] = [], received = reportsBySubject(history);
  let isAfterKill = false, isAfterFault = false;
  const within = Math.max(SWAPPED_WITHIN, history.setup.marginMs);
  for (const stretch of stretchesOf(history)) {
    const { from, until, faults, isCalm } = stretch, wasAfterKill = isAfterKill, wasAfterFault = isAfterFault;
    isAfterFault = !isCalm;
    isAfterKill = faults.some(({ kind }) => kind === "kill");
    if (until === undefined || isAfterKill) continue;
    for (const subject of new Set([...received.keys(), ...subjectsAt(subscriptions, until.at)])) {
      const inIt = (received.get(subject) ?? []).filter(({ webhook }) => isIn(webhook, stretch));
      const before = wasAfterKill
        ? undefined
        : from !== undefined && isPresent(subscriptions, subject, from.at);
      const now = isPresent(subscriptions, subject, until.at);
      const last = inIt.at(-1)?.comes ?? before ?? now;
      // What was reported twice over a fault may come when that is over.
      if (wasAfterFault) { while (inIt.length > 0 && inIt[0]?.comes === before) inIt.shift(); }
      const says = isCalm ? wrongTurn(before, now, inIt, within) : last === now ? undefined : wrongLast(last);
      if (says === undefined) continue;
      found.push({
        checker: "reports",
        says: `webhooks of ${subject.replace("\n", ", user ")}: ${says}`,
        entries: [
          ...(from === undefined ? [] : [from]),
          ...concerned(subscriptions, subject).flatMap(({ asked, ending }) =>
            ending === undefined ? [asked] : [asked, ending]
          ),
          ...faults,
          ...inIt.map(({ webhook }) => webhook),
          until,
        ],
      });
    }
  }
  return found;
}

/** What is wrong with reports that must alternate; `undefined` when nothing is. */
function wrongTurn(
  before: boolean | undefined,
  now: boolean,
  list: readonly Report[],
  within: number,
): string | undefined {
  let state = before ?? list[0]?.comes !== true;
  if (before === undefined && list.length === 0) return undefined;
  const rest = [...list];
  for (let report = rest.shift(); report !== undefined; report = rest.shift()) {
    const next = rest[0];
    if (report.comes !== state) state = report.comes;
    else if (
      next !== undefined && next.comes !== state &&
      next.webhook.at.ms - report.webhook.at.ms <= within
    ) rest[0] = report, state = next.comes;
    else return `${wordFor(report.comes)} was reported twice in a row`;
  }
  return state === now ? undefined : wrongLast(state);
}

function wrongLast(reported: boolean): string {
  return `the last report is ${wordFor(reported)}, and that is not so at the quiet moment`;
}

function wordFor(comes: boolean): string {
  return comes ? "the coming" : "the leaving";
}

function wrongCounts({ entries }: History, subscriptions: readonly Subscription[]): readonly Violation[] {
  const found: Violation[] = [];
  for (const quiet of entries) {
    if (quiet.type !== "quiet") continue;
    const truth = countsAt(subscriptions, quiet.at);
    for (const { node, channels, counts = {} } of quiet.answers) {
      if (channels === undefined) continue;
      const names = [...truth.keys()].sort();
      if (names.join() !== channels.join()) {
        found.push(
          wrongCount(`${node} has the channels [${channels.join(", ")}], not [${names.join(", ")}]`, quiet),
        );
      }
      for (const [channel, count] of Object.entries(counts)) {
        const right = truth.get(channel) ?? 0;
        if (count === right) continue;
        found.push(wrongCount(`${node} counts ${count} subscriptions of ${channel}, not ${right}`, quiet));
      }
    }
  }
  return found;
}

function wrongCount(says: string, quiet: Quiet): Violation {
  return { checker: "reports", says: `${says}, at a quiet moment`, entries: [quiet] };
}

/** Reports of each channel, and of each member under channel, line feed, user; each delivery once. */
function reportsBySubject({ entries }: History): ReadonlyMap<string, readonly Report[]> {
  const deliveries = new Set<string>(), found = new Map<string, Report[]>();
  for (const webhook of entries) {
    if (webhook.type !== "webhook") continue;
    if (webhook.delivery !== undefined && deliveries.has(webhook.delivery)) continue;
    if (webhook.delivery !== undefined) deliveries.add(webhook.delivery);
    for (const { name, channel, user } of webhook.events) {
      const comes = COMES.get(name);
      if (comes === undefined) continue;
      const subject = user === undefined ? channel : `${channel}\n${user}`;
      const list = found.get(subject);
      if (list === undefined) found.set(subject, [{ comes, webhook }]);
      else list.push({ comes, webhook });
    }
  }
  return found;
}

function subjectsAt(subscriptions: readonly Subscription[], at: Moment): readonly string[] {
  return subscriptions.filter((each) => isOn(each, at)).flatMap(({ channel, user }) =>
    user === undefined ? [channel] : [channel, `${channel}\n${user}`]
  );
}

function concerned(subscriptions: readonly Subscription[], subject: string): readonly Subscription[] {
  const [channel, user] = subject.split("\n");
  return subscriptions.filter((each) =>
    each.channel === channel && (user === undefined || each.user === user)
  );
}

function isPresent(subscriptions: readonly Subscription[], subject: string, at: Moment): boolean {
  return concerned(subscriptions, subject).some((each) => isOn(each, at));
}

function isIn({ at }: Webhook, { from, until }: Stretch): boolean {
  return at.order > (from?.at.order ?? -1) && at.order < (until?.at.order ?? Infinity);
}
