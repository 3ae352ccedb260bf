/**
 * The queues of the sockets on which this process listens. When no file is left, a connection cannot be accepted and waits there, and
 * Bun tries again without a pause, which takes a whole core.
 */
export interface AcceptQueues {
  /** Finds the sockets that listen now. Resolves when `turnAway` can be called; rejects where the system does not allow it. */
  find(): Promise<void>;
  /**
   * Closes the connections that wait, if no file is left to accept them; returns how many. Where a file is left nothing happens, since
   * the runtime will accept them.
   */
  turnAway(): number;
}
