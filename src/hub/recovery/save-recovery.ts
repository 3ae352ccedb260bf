import { CutConnection } from "./cut-connection.ts";
import type { KnownNames } from "./known-names.ts";
import type { LogBook } from "./log-book.ts";
import type { Numbers } from "./positions.ts";
import type { RecoveredChannel } from "./recoverable-connection.ts";
import type { RecoveryServices } from "./recovery-services.ts";
import type { RecoveryState, SavedCut, SavedEntry, SavedLog } from "./recovery-state.ts";

/** What is saved of one application. */
export interface SavedParts {
  readonly logs: LogBook;
  readonly names: KnownNames;
  readonly numbers: Numbers;
  readonly services: Pick<RecoveryServices, "now" | "wallClock">;
}

/** What the next process needs; `undefined` where there is nothing to come back for. */
export function saveRecovery(
  { logs, names, numbers, services }: SavedParts,
  epoch: number,
): RecoveryState | undefined {
  const cut = [...savedCuts(names, services)];
  const needed = new Set(cut.flatMap(({ positions }) => positions.map(([channel]) => channel)));
  const shift = services.wallClock() - services.now(), saved: SavedLog[] = [];
  for (const { name, log, isKept } of logs.channels()) {
    if (!needed.has(name) && !(isKept && log.length > 0)) continue;
    const entries = log.entries().filter(({ isPassing }) => !isPassing).map((
      { position, frame, except, at },
    ): SavedEntry => [position, frame, except ?? null, Math.round(at + shift)]);
    saved.push({ channel: name, lost: log.lost, entries });
  }
  return saved.length === 0 && cut.length === 0 ? undefined : { epoch, last: numbers.last, logs: saved, cut };
}

/** Takes over what an earlier process has saved. Returns how many connections may come back. */
export function loadRecovery({ logs, names, numbers, services }: SavedParts, state: RecoveryState): number {
  numbers.goOnBehind(state.last);
  const shift = services.wallClock() - services.now();
  const entries: { readonly channel: RecoveredChannel; readonly entry: SavedEntry }[] = [];
  for (const { channel: name, lost, entries: own } of state.logs) {
    const channel = logs.restore(name, lost);
    if (channel === undefined) continue;
    for (const entry of own) entries.push({ channel, entry });
    logs.left(channel);
  }
  entries.sort((left, right) => left.entry[0] - right.entry[0]);
  for (const { channel, entry: [position, frame, except, time] } of entries) {
    const at = time - shift;
    logs.restoreEntry(channel, { position, frame, except: except ?? undefined, at, isPassing: false });
  }
  const connections = restoreCuts({ names, logs, services }, state.cut);
  // Not before: a log that no connection waits for is dropped.
  logs.expire(services.now());
  return connections;
}

/** The connections that may come back, for the next process. */
function* savedCuts(
  names: KnownNames,
  { now, wallClock }: SavedParts["services"],
): IterableIterator<SavedCut> {
  const shift = wallClock() - now();
  for (const { name, origin, socketIds, users, positions, until, isTaken } of names.cut()) {
    if (isTaken || until <= now()) continue;
    yield { name, origin, socketIds, users, positions: [...positions], until: until + shift };
  }
}

/** Takes over connections of an earlier process. Returns how many may come back still. */
function restoreCuts(
  { names, logs, services }: Pick<SavedParts, "names" | "logs" | "services">,
  saved: readonly SavedCut[],
): number {
  const { now, wallClock } = services, shift = wallClock() - now();
  let count = 0;
  for (const { positions, until: end, ...each } of saved) {
    const until = end - shift;
    if (until <= now() || names.find(each.name) !== undefined) continue;
    count++;
    const before = new Map<string, never>();
    names.addCut(new CutConnection({ ...each, positions: new Map(positions), before, until }));
    for (const [channel] of positions) {
      const logged = logs.find(channel);
      if (logged === undefined) continue;
      logged.awaitedUntil = Math.max(logged.awaitedUntil, until);
      logs.left(logged);
    }
  }
  return count;
}
