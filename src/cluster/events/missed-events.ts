import type { Timers } from "../../failures/timers.ts";
import type { ClusterCounters } from "../../monitoring/cluster-counters.ts";
import type { Log } from "../../monitoring/log.ts";
import type { ControlMessage } from "../membership/control-message.ts";
import type { InterestTable } from "./interest-table.ts";
import type { RecentEvent } from "./recent-events.ts";
import type { RedisLog } from "./redis-log.ts";
import type { TopicInterest } from "./topic-interest.ts";

/** What counting needs of the rest of the cluster. */
export interface MissedEventsParts {
  readonly interests: Pick<InterestTable, "find">;
  readonly logs: Pick<RedisLog, "follows" | "lacks">;
  readonly counters: ClusterCounters;
  readonly log: Log;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly timers: Pick<Timers, "after">;
  /** Sends a message to all nodes. */
  readonly send: (message: ControlMessage) => void;
  readonly nodeId: () => string;
  /** Milliseconds after which an outage is noticed, at the latest. */
  readonly noticedWithin: number;
}

/** Milliseconds after a return when the others are asked: at once, and again when all have come back whom the outage met too. */
const ASKS: readonly number[] = [0, 3500];
/** Milliseconds that an answer waits to be looked at: an event may come behind it, where topics are on several servers. */
const SETTLE = 500;
/** Milliseconds after the last question when all answers have come. */
const PATIENCE = 2000;

/** What has come of one process on one topic since Redis went away. */
interface Arrived {
  /** The last number from before. */
  readonly before: number;
  readonly since: Set<number>;
}

/**
 * Events of other nodes that were published while this node had lost Redis: its clients never get them, and neither their publisher nor
 * Redis knows. So it asks the others when it is back, counts what has not come, and logs it. Topics whose log it follows need none of
 * that: what is missing there is read and delivered. But a Redis that was started anew may have lost the end of a log, as a replica that
 * takes over: then the second answer tells what is missing there too.
 */
export class MissedEvents {
  readonly #parts: MissedEventsParts;
  /** When Redis went away; `undefined` when all has been counted. */
  #awaySince: number | undefined;
  readonly #arrived = new Map<TopicInterest, Map<string, Arrived>>();
  /** Counts the outages: what was begun before the last one is over. */
  #outage = 0;
  #count = 0;
  /** Whether Redis was started anew meanwhile, and whether the others were asked for the second time. */
  #isStartedAnew = false;
  #isAskedAgain = false;

  constructor(parts: MissedEventsParts) {
    this.#parts = parts;
  }

  /** Redis is away. */
  away(): void {
    const { monotonic, noticedWithin } = this.#parts;
    this.#outage++;
    this.#awaySince ??= monotonic() - noticedWithin;
  }

  /** Redis is back, and this node listens to all of its topics. `isStartedAnew`: it may have lost its last writes. */
  back(isStartedAnew = false): void {
    if (this.#awaySince === undefined) return;
    this.#isStartedAnew ||= isStartedAnew;
    this.#isAskedAgain = false;
    const { timers, monotonic, send, nodeId } = this.#parts, outage = this.#outage, since = this.#awaySince;
    for (const pause of ASKS) {
      timers.after(pause, () => {
        if (outage !== this.#outage) return;
        this.#isAskedAgain = pause > 0;
        send({ type: "missed", node: nodeId(), milliseconds: Math.ceil(monotonic() - since) });
      });
    }
    timers.after(Math.max(...ASKS) + PATIENCE, () => {
      if (outage === this.#outage) this.#end();
    });
  }

  /** An event is there that had not come before; called before its number counts as seen. */
  arrives(entry: TopicInterest, origin: string, sequence: number): void {
    if (this.#awaySince !== undefined) this.#arrivedOf(entry, origin).since.add(sequence);
  }

  /** Another node answers what it has published. */
  answered(origin: string, events: readonly RecentEvent[]): void {
    const { timers, monotonic } = this.#parts, outage = this.#outage, at = monotonic();
    if (this.#awaySince === undefined) return;
    timers.after(SETTLE, () => {
      if (outage !== this.#outage || this.#awaySince === undefined) return;
      for (const [topic, sequence, age] of events) this.#look(topic, origin, sequence, at - age);
    });
  }

  #look(topic: string, origin: string, sequence: number, publishedAt: number): void {
    const { interests, logs } = this.#parts, entry = interests.find(topic);
    if (entry === undefined || entry.lingersUntil !== undefined) return;
    const isLogged = logs.follows(topic);
    // Until then what the log has was read.
    if (isLogged && !(this.#isStartedAnew && this.#isAskedAgain)) return;
    if (publishedAt < entry.since * 1000) return;
    const { before, since } = this.#arrivedOf(entry, origin);
    if (sequence <= before || since.has(sequence)) return;
    since.add(sequence);
    this.#count++;
    this.#parts.counters.dropped.missed++;
    if (isLogged) logs.lacks(topic);
  }

  #arrivedOf(entry: TopicInterest, origin: string): Arrived {
    let origins = this.#arrived.get(entry);
    if (origins === undefined) this.#arrived.set(entry, origins = new Map());
    let arrived = origins.get(origin);
    if (arrived === undefined) {
      origins.set(origin, arrived = { before: entry.lastOf(origin), since: new Set() });
    }
    return arrived;
  }

  #end(): void {
    const count = this.#count;
    this.#awaySince = undefined;
    this.#isStartedAnew = false;
    this.#count = 0;
    this.#arrived.clear();
    if (count === 0) return;
    this.#parts.log.warning(
      "events_missed",
      `${count === 1 ? "1 event was lost" : `${count} events were lost`} for clients of this node: ` +
        "other nodes published while this one could not reach Redis",
      { events: count },
    );
  }
}
