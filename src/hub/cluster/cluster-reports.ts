import type { Cause } from "../application-reports.ts";
import type { DepartureMark } from "./departure-mark.ts";

/**
 * Sees to it that one node reports each change to the application. The node whose call made the change (the first subscription of
 * all nodes, the last leave) hears of it through {@link ReportReceiver}; a departure is confirmed before it is reported, because the
 * channel or the user may have come back on another node meanwhile.
 */
export interface ClusterReports {
  /** Calls back when the departure still holds and no other node has reported it: then this node reports it. */
  confirmDeparture(mark: DepartureMark, stillSo: () => void): void;
  /** A client found a cache channel empty. Calls back unless another node has noted the same a moment ago. */
  noteMiss(topic: string, first: () => void): void;
  /** Resolves when all questions until now have been answered, or will not be. */
  answered(): Promise<void>;
}

/**
 * Takes the changes that this node reports: those that its own calls have made, and those of a node that died. Implemented in hub/.
 */
export interface ReportReceiver {
  /** Whether the application of a topic has anything reported. */
  wants(topic: string): boolean;
  /** Whether this node has the user on a channel; without a user, whether it has any subscription to it. */
  isHere(topic: string, userId: string | undefined): boolean;
  /**
   * A channel has got its first subscription. `isAgreed`: all nodes agree, and no departure that waits to be reported is undone by
   * it; otherwise this node has decided alone.
   */
  occupied(topic: string, isAgreed: boolean, cause?: Cause): void;
  /** A channel has lost its last subscription. */
  vacated(topic: string, mark: DepartureMark | undefined, cause?: Cause): void;
  /** A user is present whose departure this node alone had reported. */
  memberAdded(topic: string, userId: string): void;
  /** A user of a node that died is present on no other. */
  memberRemoved(topic: string, userId: string, mark: DepartureMark | undefined): void;
  /** A channel has so many subscriptions on all nodes, without those of a node that died. */
  counted(topic: string, subscriptions: number): void;
}
