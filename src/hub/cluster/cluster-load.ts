/**
 * Keeps the work that clients make for the other nodes at what can be done: each message that makes some is announced here first, and
 * waits where its client, or all clients together, have too much unanswered.
 */
export interface ClusterLoad {
  /**
   * Whether a message may be handled now. If so it counts for its client until the other nodes have answered all that it brings;
   * `weight` is 1 for a short one. If not, `client.goOn` is called when there is room again.
   */
  take(client: LoadingClient, weight: number): boolean;
  /**
   * Counts what a client brings that cannot wait: it ends, with so many subscriptions. The messages of the others wait for it as for each
   * other, or clients that come, subscribe and go would bring more than can be done.
   */
  note(client: LoadingClient, weight: number): void;
}

/** A client that makes work for the other nodes. */
export interface LoadingClient {
  /** The weight of its messages that have not been answered; 0 at first. Changed by {@link ClusterLoad} alone. */
  unanswered: number;
  /** There may be room for the message that was turned down. */
  goOn(): void;
}
