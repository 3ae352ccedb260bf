import { Latch } from "../channels/latch.ts";
import type { Connection } from "../connections/connection.ts";
import { userOfChannel } from "../../protocol/channel-name.ts";
import type { Retention } from "./channel-log.ts";
import type { LogBook } from "./log-book.ts";
import type { RecoverableConnection, RecoveredChannel } from "./recoverable-connection.ts";
import type { SharedLogs } from "./shared-logs.ts";

/** For how many times `Cluster.patience` the log of a channel that is prepared is kept without a subscription: preparing takes less. */
const KEPT = 5;

const SECOND = 1000;

/**
 * What a subscription to a channel waits for where nodes share logs: that this node follows the channel's log, and for rewind the last
 * events that are there. Each takes `Cluster.patience` at most; without Redis a subscription does not wait.
 */
export class Preparation {
  readonly #logs: LogBook;
  readonly #shared: SharedLogs;
  readonly #now: () => number;

  /** `now` in milliseconds that only grow. */
  constructor(logs: LogBook, shared: SharedLogs, now: () => number) {
    this.#logs = logs;
    this.#shared = shared;
    this.#now = now;
  }

  /** Opens when the next thing that it waits for is there; `undefined` when the subscription can begin. */
  waitFor(connection: Connection, name: string): Latch | undefined {
    const client = connection.recovery;
    if (client === undefined || !this.#shared.isUp) return undefined;
    const logged = this.#logs.open(name);
    if (logged === undefined) return undefined;
    if (logged.clients === 0) {
      logged.awaitedUntil = Math.max(logged.awaitedUntil, this.#now() + KEPT * this.#shared.patience);
      this.#logs.left(logged);
    }
    this.#shared.follow(logged);
    return this.#shared.whenFollowed(logged) ?? this.#rewind(client, connection, logged);
  }

  #rewind(
    client: RecoverableConnection,
    connection: Connection,
    logged: RecoveredChannel,
  ): Latch | undefined {
    const { name } = logged, { rules } = this.#logs, rewind = rules.rewindOf(name), { back } = client;
    if (rewind === undefined || back?.begun?.has(name) === true) return undefined;
    const known = back?.rewinds?.get(name);
    if (known !== undefined) return known.isRead.isOpen ? undefined : known.isRead;
    const claimed = back?.claim?.positionOf(name, this.#now());
    if (claimed !== undefined && (rules.recovers(name) || claimed.id === undefined)) return undefined;
    if (this.#isHere(logged, rewind)) return undefined;
    const isRead = new Latch(), rewinds = client.returning.rewinds ??= new Map();
    rewinds.set(name, { isRead, events: undefined });
    void this.#shared.last(logged, rewind, claimed?.id).then((events) => {
      // The client may have unsubscribed meanwhile.
      if (isOn(connection, name)) rewinds.set(name, { isRead, events });
      else rewinds.delete(name);
      isRead.open();
    });
    return isRead;
  }

  /** Whether this node's own log has all that a new subscriber is sent. */
  #isHere({ places, log }: RecoveredChannel, { events, seconds }: Retention): boolean {
    if (places?.since === undefined) return false;
    const { position, at } = places.since, last = log.last(events, -Infinity);
    if (last.length === events && last[0]!.position > position) return true;
    return log.reaches(position) && at <= this.#now() - seconds * SECOND;
  }
}

function isOn({ subscriptions }: Connection, name: string): boolean {
  return userOfChannel(name) !== undefined || subscriptions?.has(name) === true;
}
