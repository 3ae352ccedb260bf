import type { LogBook } from "./log-book.ts";
import type { Numbers } from "./positions.ts";
import type { RecoveredChannel } from "./recoverable-connection.ts";
import type { RecoveryServices } from "./recovery-services.ts";
import type { RecoveryState, SavedEntry, SavedLog } from "./recovery-state.ts";
import type { Returns } from "./returns.ts";

/** What is saved of one application. */
export interface SavedParts {
  readonly logs: LogBook;
  readonly returns: Returns;
  readonly numbers: Numbers;
  readonly services: Pick<RecoveryServices, "now" | "wallClock">;
}

/** What the next process needs; `undefined` where there is nothing to come back for. */
export function saveRecovery(
  { logs, returns, numbers, services }: SavedParts,
  epoch: number,
): RecoveryState | undefined {
  const cut = [...returns.saved()];
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
export function loadRecovery({ logs, returns, numbers, services }: SavedParts, state: RecoveryState): number {
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
  logs.expire(services.now());
  return returns.restore(state.cut);
}
