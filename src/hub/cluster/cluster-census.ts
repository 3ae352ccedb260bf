/** What this node adds to the counts over all nodes, for which `ClusterQuestions` asks. */
export interface ClusterCensus {
  /** This node has so many subscriptions to a channel now; 0 when it has none any more. */
  setSubscriptions(applicationId: string, channel: string, subscriptions: number): void;
  /** This node has so many established connections of an application now. */
  setConnections(applicationId: string, connections: number): void;
  /**
   * This node has so many subscriptions to a channel now, and the subscribers are to know the sum: every node that listens to the
   * topic gets it (`CountReceiver.counted`), and `summed` is called with it here.
   */
  announceSubscriptions(topic: string, subscriptions: number, summed?: (sum: number) => void): void;
}

/** Takes the counts that a node has announced. */
export interface CountReceiver {
  /** A channel has so many subscriptions on all nodes. */
  counted(topic: string, subscriptions: number): void;
}
