import type { DepartureMark } from "./cluster/departure-mark.ts";
import type { Connection } from "./connections/connection.ts";
import type { ClientEventMessage } from "../protocol/client-message.ts";

/** The connection that has caused a change. Where many have caused it, or a node that died, there is none. */
export type Cause = Pick<Connection, "id" | "address" | "userId" | "closing">;

/**
 * Reports to an application what happens to its channels and connections. A change over all nodes (a channel is occupied, a member is
 * added) is reported by one node, the one that made it. Called from the hot path: MUST return at once and MUST NOT throw.
 * Implemented in webhooks/.
 */
export interface ApplicationReports {
  /** What the application has reported of that which costs something to find out. */
  readonly kinds: ReportedKinds;
  connectionOpened(connection: Connection): void;
  connectionClosed(connection: Connection, code: number): void;
  subscribed(connection: Connection, channel: string, userId: string | undefined): void;
  unsubscribed(connection: Connection, channel: string, userId: string | undefined): void;
  /**
   * A channel has got its first subscription. `isAgreed`: all nodes agree, and no departure that waits to be reported is undone by
   * it; otherwise this node has decided alone.
   */
  occupied(channel: string, isAgreed: boolean, cause: Cause | undefined): void;
  /** A channel has lost its last subscription; `mark` is the other nodes' entry of that, where there are other nodes. */
  vacated(channel: string, mark: DepartureMark | undefined, cause: Cause | undefined): void;
  /** A user has come to a presence channel on its first connection; `isAgreed` as with `occupied`. */
  memberAdded(channel: string, userId: string, isAgreed: boolean): void;
  /** A user has left a presence channel with its last connection; `mark` as with `vacated`. */
  memberRemoved(channel: string, userId: string, mark: DepartureMark | undefined): void;
  /** A client event was passed on. */
  clientEvent(connection: Connection, message: ClientEventMessage, userId: string | undefined): void;
  /** A client has subscribed to a cache channel that holds no event. */
  cacheMissed(channel: string, cause: Cause): void;
  /** A channel has so many subscriptions. */
  counted(channel: string, subscriptions: number, cause: Cause | undefined): void;
}

/** Kinds of reports that cost something to find out, each with whether the application has it reported. */
export interface ReportedKinds {
  /** Channels that are occupied or vacated. */
  readonly occupancy: boolean;
  /** Members that are added or removed. */
  readonly members: boolean;
  /** Subscription counts. */
  readonly counts: boolean;
  /** Cache channels that were found empty. */
  readonly misses: boolean;
}
