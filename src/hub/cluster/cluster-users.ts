/** Acts on the connections of one user, or on one connection, on the other nodes. Those of this node are the caller's part. */
export interface ClusterUsers {
  /** Has the other nodes end the user's connections. */
  terminate(applicationId: string, userId: string): void;
  /** Has the other nodes take the user off the channels that fit a pattern. */
  unsubscribe(applicationId: string, userId: string, pattern: string): void;
  /** Has the other nodes end the connection with this `socket_id`, where one of them has it. */
  close(applicationId: string, socketId: string): void;
}

/** Does on this node what another has asked for. */
export interface UserReceiver {
  /** Ends this node's connections of a user. */
  terminate(applicationId: string, userId: string): void;
  /** Takes this node's connections of a user off the channels that fit a pattern. */
  unsubscribe(applicationId: string, userId: string, pattern: string): void;
  /** Ends a connection of this node. */
  close(applicationId: string, socketId: string): void;
}
