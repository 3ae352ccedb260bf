import { waitAtMost } from "../../failures/deadline.ts";
import type { Timers } from "../../failures/timers.ts";
import { compareIds, type KeptEvent, type KeptRange, type RangeWish } from "../../hub/cluster/cluster-log.ts";
import type { RedisLink } from "../../redis/redis-link.ts";
import { READ_LOG, READ_RANGE } from "./log-scripts.ts";
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

/** What was read, with what its entries say of each other. */
interface ReadPage extends Omit<LoggedPage, "isWhole"> {
  /** Id before the first entry; `undefined` where there is none. */
  readonly begin: string | undefined;
  /** Id of the last entry, or of what they stand behind. */
  readonly end: string;
  /** Whether each entry names the one before it. */
  readonly isChain: boolean;
}

/** Reads the events behind an id. `undefined` where Redis does not answer within `patience` (milliseconds), or there is no log. */
export async function readLog(
  link: Pick<RedisLink, "run">,
  key: string,
  id: string,
  patience: number,
  timers: Pick<Timers, "after">,
): Promise<LoggedPage | undefined> {
  const answers = link.run([{ script: READ_LOG, keys: [key], args: [id] }]).catch(
    // Redis has gone away, which is handled where it is noticed.
    () => undefined,
  );
  const [answer] = await waitAtMost(patience, answers, undefined, timers) ?? [];
  const page = pageOf(answer, id);
  if (page === undefined) return undefined;
  const { events, head, begin = id, end, isChain } = page;
  return { events, head, isWhole: isChain && begin === id && end === head };
}

/** Reads a part of a log, as `ClusterLog.readRange`; `key` is the log's; `patience` as in `readLog`. */
export async function readRange(
  link: Pick<RedisLink, "run">,
  key: string,
  { within, since, limit }: RangeWish,
  seconds: number,
  patience: number,
  timers: Pick<Timers, "after">,
): Promise<KeptRange | undefined> {
  const args = [milliseconds(seconds), within.events, milliseconds(within.seconds), since ?? "", limit];
  const answers = link.run([{ script: READ_RANGE, keys: [key], args }]).catch(
    // As above.
    () => undefined,
  );
  const [answer] = await waitAtMost(patience, answers, undefined, timers) ?? [];
  const page = pageOf(answer, since);
  if (page === undefined) return undefined;
  const { events, head, begin, end, isChain } = page;
  const isEmpty = begin === undefined;
  const isComplete = isChain && (since === undefined || (isEmpty ? head : begin) === since);
  return { events, head, begin: begin ?? head, end: isEmpty ? head : end, isComplete };
}

function milliseconds(seconds: number): number {
  return Math.ceil(seconds * 1000);
}

/** An event that was sent twice, because Redis went away under way, stands in the log twice. */
function pageOf(answer: unknown, behind: string | undefined): ReadPage | undefined {
  const [head, entries] = Array.isArray(answer) ? answer as readonly unknown[] : [];
  if (typeof head !== "string" || !Array.isArray(entries)) return undefined;
  const events: LoggedEvent[] = [], seen = new Set<string>();
  let begin: string | undefined, end = behind ?? head, isChain = true;
  for (const entry of entries as readonly unknown[]) {
    const read = readEntry(entry);
    if (read === undefined) isChain = false;
    else if (behind === undefined || compareIds(read.event.id, behind) > 0) {
      const { event, previous } = read, name = `${event.origin} ${event.sequence}`;
      if (begin === undefined) begin = previous;
      else if (previous !== end) isChain = false;
      end = event.id;
      if (!seen.has(name)) events.push(event);
      seen.add(name);
    }
  }
  return { events, head, begin, end, isChain };
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
