/** Acts on the connections of one user on the other nodes. */
export interface ClusterUsers {
  /** Has the other nodes end the user's connections; those of this node are the caller's part. */
  terminate(applicationId: string, userId: string): void;
}

/** Does on this node what another has asked for. */
export interface UserReceiver {
  /** Ends this node's connections of a user. */
  terminate(applicationId: string, userId: string): void;
}
