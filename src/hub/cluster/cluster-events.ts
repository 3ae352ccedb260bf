import type { EventLogging } from "./cluster-log.ts";

/** Brings events to the other nodes; this node's own subscribers have them already. */
export interface ClusterEvents {
  /**
   * Brings a frame to the topic's subscribers on the other nodes, but for the connection `exceptSocketId`. With `logging` it also goes
   * into the log that all nodes share, where they have one.
   */
  publish(topic: string, frame: string, exceptSocketId: string | undefined, logging?: EventLogging): void;
  /** As `publish`, and every node keeps the frame as the topic's last event. */
  publishCached(
    topic: string,
    frame: string,
    exceptSocketId: string | undefined,
    logging?: EventLogging,
  ): void;
  /**
   * Resolves once the other nodes have delivered all events until now, or cannot be waited for any longer; `undefined` where there is
   * nothing to wait for.
   */
  confirmed(): Promise<void> | undefined;
}

/** Takes the events of the other nodes. */
export interface EventReceiver {
  /** An event for this node's subscribers of a topic; `id` is its place in the log that all nodes share. */
  event(topic: string, frame: string, exceptSocketId: string | undefined, id?: string): void;
  /** The topic's last event from now on, `undefined` for none. */
  cached(topic: string, frame: string | undefined): void;
}
