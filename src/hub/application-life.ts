import type { DepartureMark } from "./cluster/departure-mark.ts";
import type { Connection } from "./connections/connection.ts";
import type { ClientEventMessage } from "../protocol/client-message.ts";

/**
 * Hears what happens to an application's channels and connections, once on all nodes together: of several nodes the one that made
 * the change. Called from the hot path: MUST return at once and MUST NOT throw. Implemented in webhooks/.
 */
export interface ApplicationLife {
  /** What has to be found out at all. */
  readonly interests: LifeInterests;
  connectionOpened(connection: Connection): void;
  connectionClosed(connection: Connection, code: number): void;
  subscribed(connection: Connection, channel: string, userId: string | undefined): void;
  unsubscribed(connection: Connection, channel: string, userId: string | undefined): void;
  /**
   * Somebody is on a channel that was empty. `isAgreed`: all nodes say so together, and that no departure that waits to be told is
   * undone by it; otherwise this node alone says so.
   */
  occupied(channel: string, isAgreed: boolean): void;
  /** Nobody is on a channel any more; `mark` says so to the other nodes, where there are some. */
  vacated(channel: string, mark: DepartureMark | undefined): void;
  /** A user that was not there is on a presence channel; `isAgreed` as with `occupied`. */
  memberAdded(channel: string, userId: string, isAgreed: boolean): void;
  /** A user is on a presence channel no more; `mark` as with `vacated`. */
  memberRemoved(channel: string, userId: string, mark: DepartureMark | undefined): void;
  /** A client event was passed on. */
  clientEvent(connection: Connection, message: ClientEventMessage, userId: string | undefined): void;
  /** Somebody subscribed to a cache channel that holds nothing. */
  cacheMissed(channel: string): void;
  /** A channel has so many subscriptions. */
  counted(channel: string, subscriptions: number): void;
}

/** What an application wants to know that costs something to find out. */
export interface LifeInterests {
  readonly occupancy: boolean;
  readonly members: boolean;
  readonly counts: boolean;
  readonly misses: boolean;
}
