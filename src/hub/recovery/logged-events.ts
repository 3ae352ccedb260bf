import type { EventLogging } from "../cluster/cluster-log.ts";
import type { Asking } from "./asking.ts";
import type { LogBook } from "./log-book.ts";
import type { Returns } from "./returns.ts";
import type { SharedLogs } from "./shared-logs.ts";

/** What the events of an application are logged with. */
export interface EventParts {
  readonly logs: LogBook;
  readonly shared: SharedLogs;
  readonly asking: Asking;
  readonly returns: Returns;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** Logs what is sent to channels: the one part of recovery that each event passes. */
export class LoggedEvents {
  readonly #parts: EventParts;

  constructor(parts: EventParts) {
    this.#parts = parts;
  }

  /** Whether events of a channel are logged, also while it has no subscribers. */
  isLogged(channel: string): boolean {
    return this.#parts.logs.forEvent(channel) !== undefined;
  }

  /**
   * An event of this node was sent to the subscribers of a channel, but for the connection with the id `except`. Returns how it is logged
   * for the other nodes.
   */
  published(channel: string, frame: string, except: string | undefined): EventLogging | undefined {
    return this.#parts.shared.logging(channel, this.#append(channel, frame, except) ?? 0, frame);
  }

  /** As `published`, for an event that another node has sent; `id` is its place in the log that all nodes share. */
  heard(channel: string, frame: string, except: string | undefined, id: string | undefined): void {
    const { returns, shared } = this.#parts;
    if (returns.others.isLogged(channel, frame)) return;
    const position = this.#append(channel, frame, except);
    if (position !== undefined && id !== undefined) shared.placed(channel, id, position);
  }

  /** A frame about the present was sent to the subscribers: those that are not on the topic yet get it too, in its turn. */
  announced(channel: string, frame: string): void {
    const { logs, returns, now } = this.#parts, logged = logs.find(channel);
    if (logged === undefined || logged.replaying === 0) return;
    logs.append(logged, frame, undefined, now(), true, returns.bytes);
  }

  #append(channel: string, frame: string, except: string | undefined): number | undefined {
    const { logs, asking, returns } = this.#parts, logged = logs.forEvent(channel), now = this.#parts.now();
    if (logged === undefined) {
      returns.others.unlogged(channel, frame, except, now);
      return undefined;
    }
    const position = logs.append(logged, frame, except, now, false, returns.bytes);
    asking.published(logged, now);
    returns.others.published(logged, frame, except, now);
    return position;
  }
}
