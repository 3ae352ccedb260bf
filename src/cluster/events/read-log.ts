import { waitAtMost } from "../../failures/deadline.ts";
import type { Timers } from "../../failures/timers.ts";
import { compareIds, type KeptEvent } from "../../hub/cluster/cluster-log.ts";
import type { RedisLink } from "../../redis/redis-link.ts";
import { READ_LOG } from "./log-scripts.ts";
import { readMessage } from "./wire-message.ts";

/** An event as the log has it. */
export interface LoggedEvent extends KeptEvent {
  /** The process that published it, with its number and its place in that process's own log. */
  readonly origin: string;
  readonly sequence: number;
  readonly position: number;
}

/** What a log has behind an id. */
export interface LoggedPage {
  readonly events: readonly LoggedEvent[];
  readonly head: string;
  /** Whether none is missing. */
  readonly isWhole: boolean;
}

/** Milliseconds that reading may take: clients wait for it. */
const PATIENCE = 1000;

/** Reads the events behind an id. `undefined` where Redis does not answer in time, or there is no log. */
export async function readLog(
  link: Pick<RedisLink, "run">,
  key: string,
  id: string,
  timers: Pick<Timers, "after">,
): Promise<LoggedPage | undefined> {
  const answers = link.run([{ script: READ_LOG, keys: [key], args: [id] }]).catch(
    // Redis has gone away, which is handled where it is noticed.
    () => undefined,
  );
  const [answer] = await waitAtMost(PATIENCE, answers, undefined, timers) ?? [];
  return pageOf(answer, id);
}

/** An event that was sent twice, because Redis went away under way, stands in the log twice. */
function pageOf(answer: unknown, behind: string): LoggedPage | undefined {
  const [head, entries] = Array.isArray(answer) ? answer as readonly unknown[] : [];
  if (typeof head !== "string" || !Array.isArray(entries)) return undefined;
  const events: LoggedEvent[] = [], seen = new Set<string>();
  let last = behind, isWhole = true;
  for (const entry of entries as readonly unknown[]) {
    const read = readEntry(entry);
    if (read === undefined) isWhole = false;
    else if (compareIds(read.event.id, behind) > 0) {
      const { event, previous } = read, name = `${event.origin} ${event.sequence}`;
      if (previous !== last) isWhole = false;
      last = event.id;
      if (!seen.has(name)) events.push(event);
      seen.add(name);
    }
  }
  return { events, head, isWhole: isWhole && last === head };
}

/** An entry: its id, and one field with the id before it, the process and its position, and the message. */
function readEntry(
  entry: unknown,
): { readonly event: LoggedEvent; readonly previous: string } | undefined {
  const [id, fields] = Array.isArray(entry) ? entry as readonly unknown[] : [];
  const text: unknown = Array.isArray(fields) ? fields[1] : undefined;
  if (typeof id !== "string" || typeof text !== "string") return undefined;
  const end = text.indexOf("\n"), previous = text.slice(0, end), second = text.indexOf("\n", end + 1);
  const [process, position] = text.slice(end + 1, second).split(" ");
  // As on the topic's channel.
  const message = readMessage(`E${process} ${id} ${previous} ${position}${text.slice(second)}`);
  if (message?.type !== "event" || message.place === undefined) return undefined;
  const { origin, sequence, frame, exceptSocketId, place } = message;
  return { event: { id, frame, exceptSocketId, origin, sequence, position: place.position }, previous };
}
