/** The connection limit of an application over all nodes. */
export interface ClusterQuota {
  /**
   * Asks whether the application may have one connection more, which is to be one of at most `limit` on all nodes together.
   * `connections` is this node's number, the ones that still ask included: it decides where the other nodes cannot be asked. A
   * connection that is admitted counts already; `ClusterCensus.setConnections` MUST be called when it is established, and also when
   * it ended before that.
   */
  admit(applicationId: string, connections: number, limit: number, decide: (admitted: boolean) => void): void;
}
