import type { KeptRange } from "../cluster/cluster-log.ts";
import { type HistoryPage, readHistory } from "./history.ts";
import type { LogBook } from "./log-book.ts";
import type { Numbers } from "./positions.ts";
import type { RecoveryServices } from "./recovery-services.ts";
import type { SharedLogs } from "./shared-logs.ts";

/** A page of a channel's history, whose positions are texts that hold on every node. */
export interface NamedPage {
  readonly events: readonly { readonly position: string; readonly at: number; readonly frame: string }[];
  /** Where the next page begins. */
  readonly position: string;
  /** Whether there are no events missing between the position that was asked for and the first one. */
  readonly isComplete: boolean;
  /** Whether it is from the memory of this node alone, because the log that all nodes share cannot be read. */
  readonly isFromMemory: boolean;
}

/** What {@link Histories} needs. */
export interface HistoryParts {
  readonly logs: LogBook;
  readonly shared: SharedLogs;
  readonly numbers: Numbers;
  readonly services: Pick<RecoveryServices, "now">;
  /** Names the clock of this node's positions. */
  readonly epoch: () => number;
  /** Milliseconds since 1970 of a time by the clock that only grows. */
  readonly timeOf: (at: number) => number;
}

/** A position in this node's own log, and one in the log that all nodes share: an id, whose first part are milliseconds since 1970. */
const OWN = /^([0-9a-z]{1,11})-(\d{1,15})$/, SHARED = /^\d{13,16}-\d{1,16}$/;

/** Reads what the API asks for: in the log that all nodes share, where there is one, else in this node's own. */
export class Histories {
  readonly #parts: HistoryParts;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  /** Whether a text can be a position. */
  static isPosition(text: string): boolean {
    return OWN.test(text) || SHARED.test(text);
  }

  /**
   * Events of a channel behind a position, at most `limit`, the last ones without a position; `undefined` where the settings keep no
   * history of it. Waits a second at most for the log that all nodes share; then the page is from this node's memory.
   */
  read(
    channel: string,
    since: string | undefined,
    limit: number,
  ): NamedPage | undefined | Promise<NamedPage | undefined> {
    const { logs, shared } = this.#parts, within = logs.rules.historyOf(channel);
    if (within === undefined) return undefined;
    if (!shared.isUp) return this.#fromMemory(channel, since, limit);
    const id = since === undefined ? undefined : this.#idOf(channel, since);
    return shared.range(channel, { within, since: id, limit }).then((range) =>
      range === undefined
        ? this.#fromMemory(channel, since, limit)
        : pageOf(range, since === undefined || id !== undefined)
    );
  }

  #fromMemory(channel: string, since: string | undefined, limit: number): NamedPage | undefined {
    const { timeOf, epoch, shared } = this.#parts;
    const position = since === undefined ? undefined : this.#positionOf(channel, since) ?? null;
    const page = this.own(channel, position, limit);
    if (page === undefined) return undefined;
    const name = (own: number): string => `${epoch().toString(36)}-${own}`;
    const isFromMemory = shared.isShared;
    return {
      events: page.events.map(({ position, frame, at }) => ({
        position: name(position),
        at: timeOf(at),
        frame,
      })),
      position: name(page.position),
      // Of what other nodes have sent meanwhile nothing is known.
      isComplete: page.isComplete && !isFromMemory,
      isFromMemory,
    };
  }

  /** As `read`, from this node's own log. `since` is a position there, `null` for one that no log of this process has given. */
  own(channel: string, since: number | null | undefined, limit: number): HistoryPage | undefined {
    const { logs, numbers, services } = this.#parts;
    const rule = logs.rules.historyOf(channel), logged = logs.forEvent(channel);
    if (rule === undefined) return undefined;
    // There are too many logs to begin another one.
    if (logged === undefined) return { events: [], position: numbers.last, isComplete: false };
    const now = services.now(), page = readHistory(logged, rule, since ?? undefined, limit, now);
    // So that the next page goes on from here, also where the channel has no events meanwhile.
    logged.awaitedUntil = Math.max(logged.awaitedUntil, now + rule.seconds * 1000);
    return since === null ? { ...page, isComplete: false } : page;
  }

  /** The id for a position; `undefined` where it is not known. */
  #idOf(channel: string, since: string): string | undefined {
    if (SHARED.test(since)) return since;
    const own = this.#ownPosition(since);
    return own === undefined ? undefined : this.#parts.logs.find(channel)?.places?.idAt(own);
  }

  /** The position in this node's log; `undefined` where it is not known. */
  #positionOf(channel: string, since: string): number | undefined {
    const own = this.#ownPosition(since), logged = this.#parts.logs.find(channel);
    return own ?? (SHARED.test(since) ? logged?.places?.positionOf(since, logged.log.head) : undefined);
  }

  #ownPosition(since: string): number | undefined {
    const [, epoch = "", position] = OWN.exec(since) ?? [];
    return Number.parseInt(epoch, 36) === this.#parts.epoch() ? Number(position) : undefined;
  }
}

function pageOf({ events, end, isComplete }: KeptRange, isKnown: boolean): NamedPage {
  return {
    events: events.map(({ id, frame }) => ({ position: id, at: Number(id.split("-")[0]), frame })),
    position: end,
    isComplete: isComplete && isKnown,
    isFromMemory: false,
  };
}
