/**
 * Says in Redis that a channel became vacant, or that a user left, and that the application has not been told yet. Whoever comes
 * back on any node takes it away, and with it the telling; so does who tells.
 */
export interface DepartureMark {
  readonly topic: string;
  /** {@link VACANT}, or `+` and the user's id. */
  readonly subject: string;
  /** Names the one departure that it is about: node, colon, number. Empty where Redis was away, so that there is no mark of it. */
  readonly token: string;
}

/** The subject of a mark that is about the channel as a whole. */
export const VACANT = "#";

/** The subject of a mark that is about a user. */
export function userSubject(userId: string): string {
  return `+${userId}`;
}

/** The user that a subject is about; `undefined` when it is {@link VACANT}. */
export function userOfSubject(subject: string): string | undefined {
  return subject.startsWith("+") ? subject.slice(1) : undefined;
}

/**
 * Hears of changes that applications are to be told of, each on one node only: the one whose change Redis took for the first or
 * the last, or that cleared up after a dead one. Implemented in hub/.
 */
export interface ClusterLife {
  /** Whether anybody wants to hear of a topic's comings and goings. */
  wants(topic: string): boolean;
  /** Whether a user, or anybody where none is named, is on a channel at this node. */
  isHere(topic: string, userId: string | undefined): boolean;
  /**
   * Somebody is on a channel that was empty on all nodes. `isAgreed`: Redis says so, and that there was no mark to take away;
   * otherwise this node goes by itself.
   */
  occupied(topic: string, isAgreed: boolean): void;
  /** Nobody is on it on any node. */
  vacated(topic: string, mark: DepartureMark | undefined): void;
  /** A user is there, whom this node alone had said to be gone. */
  memberAdded(topic: string, userId: string): void;
  /** A dead node's user is on no other. */
  memberRemoved(topic: string, userId: string, mark: DepartureMark | undefined): void;
  /** A channel has so many subscriptions on all nodes, now that a dead one's do not count. */
  summed(topic: string, subscriptions: number): void;
}
