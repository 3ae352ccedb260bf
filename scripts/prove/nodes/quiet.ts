import { CHECKERS } from "../checkers/all.ts";
import type { Answers, FaultKind, NodeRecord, Quiet } from "../history/entry.ts";
import { faultsOf, stretchesOf } from "../history/stretches.ts";
import type { Recorder } from "../history/recorder.ts";
import { ROOMS } from "../workload/make-plan.ts";
import { askChannels, askUsers } from "./caller.ts";
import type { ProveClient } from "./client.ts";
import { MARKER_CHANNEL, type Markers } from "./markers.ts";
import { recordsOf } from "./records-of.ts";
import type { Slots } from "./slots.ts";

/** What has to be quiet. */
export interface QuietParts {
  readonly slots: Slots;
  readonly clients: readonly ProveClient[];
  readonly markers: Markers;
  readonly recorder: Recorder;
  /** Whether webhooks are received, which come later than all else. */
  readonly reports: boolean;
  /** Milliseconds that a held member keeps its place. */
  readonly holdMs: number;
  /** How late a node may be on a busy machine, in milliseconds. */
  readonly marginMs: number;
}

/**
 * Milliseconds in which a cluster must be healed when nothing is broken any more: members that move have 15 s, reports of an ended node 5 s,
 * and on a busy machine all of it takes longer.
 */
const HEALED_WITHIN = 60_000;

/** Milliseconds for which nodes wait for each other when Redis was started anew (src/cluster/membership/reunion.ts), and a little more. */
const REUNION = 3500;

const STARTS_REDIS: ReadonlySet<FaultKind> = new Set(["redis-restart", "redis-crash", "redis-failover"]);

/** Checkers whose promise may need time to come true again: after a fault all of them, else only what webhooks report. */
const HEALING = new Set(["ghosts", "picture", "reports", "honest loss"]), LATE = new Set(["reports"]);

/**
 * Waits until nothing is on its way, reads what all nodes say, and records the quiet moment. After a fault it waits until all is healed; if
 * that does not come, it records what is there, and the checkers will say so. MUST be called when no operation is open, no fault is
 * going on, and no client may connect.
 */
export async function becomeQuiet(isRest: boolean, parts: QuietParts): Promise<void> {
  const { slots, recorder, clients, holdMs, marginMs } = parts;
  const deadline = recorder.now() + HEALED_WITHIN;
  const isOver = (): boolean => recorder.now() > deadline;
  const nodes = slots.all.length;
  const until = async (isSo: () => boolean | Promise<boolean>): Promise<void> => {
    while (!await isSo() && !isOver()) await Bun.sleep(20);
  };
  await until(async () =>
    (await Promise.all(slots.all.map(({ node }) => node?.isHealed(nodes)))).every(Boolean)
  );
  await until(() => !clients.some((each) => each.isConnecting));
  await until(() => clients.every(({ endedAt }) => recorder.now() - endedAt > holdMs));
  const restarted = faultsOf(recorder.history.entries).filter(({ kind }) => STARTS_REDIS.has(kind));
  await until(() => restarted.every(({ end }) => recorder.now() - end.ms > REUNION));
  // A place is kept from when its node has noticed that the client has gone: a node that stood still has noticed late.
  const mayBeHeld = (): boolean =>
    holdMs > 0 && clients.some(({ endedAt }) => recorder.now() - endedAt < holdMs + marginMs);
  for (;;) {
    await until(() => passed(parts));
    const quiet: Quiet = { type: "quiet", at: recorder.moment(), isRest, answers: await readAnswers(slots) };
    // What a node has missed meanwhile is healed first.
    if (await noteDisturbance(parts) && !isOver()) continue;
    const isCalm = stretchesOf(recorder.history).at(-1)?.isCalm === true;
    const records = (await recordsOf(slots, recorder)).map((each) => ({ ...each, log: [] }));
    if (isOver() || !isPending([quiet, ...records], isCalm && !mayBeHeld() ? LATE : HEALING, recorder)) {
      for (const each of [quiet, ...records]) recorder.add(each);
      return;
    }
    await Bun.sleep(50);
  }
}

/**
 * A stretch without a fault in which a node went on alone all the same was no calm one: the machine was too busy. Resolves with whether
 * that was found out now.
 */
async function noteDisturbance({ slots, recorder }: QuietParts): Promise<boolean> {
  const last = stretchesOf(recorder.history).at(-1);
  if (!await areDisturbed(slots) || last?.isCalm !== true) return false;
  const start = last.from?.at ?? { order: 0, ms: 0 };
  recorder.add({ type: "fault", kind: "busy", start, end: recorder.moment() });
  return true;
}

/** Whether a node has gone on alone since this was asked last. */
async function areDisturbed(slots: Slots): Promise<boolean> {
  const seen = await Promise.all(slots.all.map(({ node }) => node?.disturbances().catch(() => 0)));
  const areMore = slots.all.some((slot, index) => (seen[index] ?? 0) !== slot.disturbances);
  for (const [index, slot] of slots.all.entries()) slot.disturbances = seen[index] ?? 0;
  return areMore;
}

/** Waits until all nodes know of each other, for the beginning of a run. */
export async function haveMet(slots: Slots): Promise<void> {
  const isSo = async (): Promise<boolean> =>
    (await Promise.all(slots.all.map(({ node }) => node?.isHealed(slots.all.length)))).every(Boolean);
  for (let tries = 0; tries < 1000 && !await isSo(); tries++) await Bun.sleep(20);
  await areDisturbed(slots);
}

/** Twice: what a node has noticed after the first round was begun is on its way before the second. */
async function passed({ markers, clients }: QuietParts): Promise<boolean> {
  for (let round = 0; round < 2; round++) if (!await markers.pass()) return false;
  return (await Promise.all(clients.map((each) => each.ping()))).every(Boolean);
}

async function readAnswers(slots: Slots): Promise<readonly Answers[]> {
  return await Promise.all(slots.all.map(async ({ name, node }) => {
    const port = node?.port ?? 0;
    const users = await Promise.all(ROOMS.map(async (room) => [room, await askUsers(port, room)] as const));
    const occupied = await askChannels(port);
    const ours = (
      { channels, counts }: NonNullable<typeof occupied>,
    ): Pick<Answers, "channels" | "counts"> => ({
      channels: channels.filter((each) => each !== MARKER_CHANNEL),
      counts: Object.fromEntries(Object.entries(counts).filter(([channel]) => channel !== MARKER_CHANNEL)),
    });
    return {
      node: name,
      users: Object.fromEntries(
        users.filter((each): each is [string, readonly string[]] => each[1] !== undefined),
      ),
      ...(occupied === undefined ? {} : ours(occupied)),
    };
  }));
}

/** Whether something would be wrong at this quiet moment that time may heal. */
function isPending(
  [quiet, ...records]: readonly [Quiet, ...NodeRecord[]],
  healing: ReadonlySet<string>,
  { history }: Recorder,
): boolean {
  const candidate = { ...history, entries: [...history.entries, quiet, ...records] };
  return CHECKERS.filter(({ name }) => healing.has(name)).some((checker) =>
    checker.check(candidate).some(({ entries }) => entries.includes(quiet))
  );
}
