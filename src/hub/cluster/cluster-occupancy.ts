import type { Cause } from "../application-reports.ts";

/**
 * Finds out when a channel is occupied (it has got its first subscription on all nodes) and when it is vacated (it has lost its
 * last), for applications that have it reported. One node hears of each: `ReportReceiver.occupied` and `vacated`.
 */
export interface ClusterOccupancy {
  /** The channel has got its first subscription on this node. `cause` is handed on to `ReportReceiver`. */
  firstSubscribed(topic: string, cause?: Cause): void;
  /** The channel has lost its last subscription on this node. MUST follow a `firstSubscribed`. */
  lastUnsubscribed(topic: string, cause?: Cause): void;
}
