import type { SharedPlaces } from "./shared-places.ts";
import type { ChannelLog, Retention } from "./channel-log.ts";

/** A channel whose events are logged, and its clients that have to be asked what has arrived. */
export class LoggedChannel<Client> {
  readonly name: string;
  readonly log: ChannelLog;
  /** How much of it is kept. A reload may change it. */
  retention: Retention;
  /** Whether it is kept without subscribers, for rewind or history. */
  isKept: boolean;
  /** Its recoverable connections that are asked about its next event: those without a ping under way. */
  readonly quiet = new Set<Client>();
  /** Whether those are going to be asked, and when (milliseconds). */
  isDue = false;
  dueAt = -Infinity;
  /** Milliseconds when they were asked last. */
  askedAt = -Infinity;
  /** Milliseconds of its last event, and whether that came together with the one before. */
  publishedAt = -Infinity;
  comeTogether = false;
  /** Recoverable connections on it. */
  clients = 0;
  /** Of those, the ones that are being sent what they have missed, and so are not on the topic. */
  replaying = 0;
  /** Milliseconds until which other nodes may not hear what is published: this one passes it on. */
  passedUntil = 0;
  /** Where its events are in the log that all nodes share; `undefined` where there is none. */
  places: SharedPlaces | undefined = undefined;
  /** Milliseconds until which a client may come back to it. */
  awaitedUntil = 0;

  constructor(name: string, log: ChannelLog, retention: Retention, isKept: boolean) {
    this.name = name;
    this.log = log;
    this.retention = retention;
    this.isKept = isKept;
  }

  /** Whether its events need not be logged any more. */
  isUnneeded(now: number): boolean {
    return this.clients === 0 && now >= this.awaitedUntil && !(this.isKept && this.log.length > 0);
  }
}
