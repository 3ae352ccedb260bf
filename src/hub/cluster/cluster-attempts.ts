/**
 * Counts attempts over all nodes, for limits that a caller would otherwise have on each node anew. Every call takes one round trip; it
 * rejects when the others are out of reach.
 */
export interface ClusterAttempts {
  /**
   * Counts one more attempt of a caller, unless it has made as many as it may. Resolves with the seconds that it has to wait; 0 when
   * the attempt is counted.
   */
  count(caller: string, limit: AttemptLimit): Promise<number>;
  /** Takes back one attempt that was counted. */
  takeBack(caller: string): Promise<void>;
}

/** How many attempts a caller may make. */
export interface AttemptLimit {
  readonly attempts: number;
  /** Length of the window, which begins with the first attempt in it. */
  readonly seconds: number;
  /** Callers that are kept at most; of more the one is dropped whose window began first. */
  readonly callers: number;
  /** What is counted; attempts of one kind know nothing of the other. Sign-ins unless given. */
  readonly of?: "sign-ins" | "calls";
}
