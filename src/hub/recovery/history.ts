import type { LogEntry, Retention } from "./channel-log.ts";
import type { RecoveredChannel } from "./recoverable-connection.ts";

/** Events of one channel that the API has read, oldest first. */
export interface HistoryPage {
  readonly events: readonly Pick<LogEntry, "position" | "frame" | "at">[];
  /** Where the next page begins. */
  readonly position: number;
  /** Whether there are no events missing between the position that was asked for and the first one. */
  readonly isComplete: boolean;
}

/**
 * Reads the events of a channel behind a position, at most `limit`; without a position the last ones. Only what the rule of the channel
 * keeps is read, also where the log has more for clients that may come back. `now` in milliseconds.
 */
export function readHistory(
  { log }: RecoveredChannel,
  { events, seconds }: Retention,
  since: number | undefined,
  limit: number,
  now: number,
): HistoryPage {
  const kept = log.last(events, now - seconds * 1000);
  if (since === undefined) {
    const page = kept.slice(-limit);
    return { events: page, position: page.at(-1)?.position ?? log.head, isComplete: true };
  }
  const isComplete = log.reaches(since) && !hasOlder(kept, since, log.after(since));
  const behind = kept.filter(({ position }) => position > since), page = behind.slice(0, limit);
  return { events: page, position: page.at(-1)?.position ?? Math.max(since, log.head), isComplete };
}

/** Whether the log has an event behind the position that the rule keeps no longer. */
function hasOlder(kept: readonly LogEntry[], since: number, next: LogEntry | undefined): boolean {
  if (next === undefined || next.isPassing) return false;
  return next.position > since && next.position < (kept[0]?.position ?? Infinity);
}
