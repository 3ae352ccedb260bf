/** A connection of a node: where that node's additions are, and the connection's name. */
export type NamedPlace = readonly [place: string, name: string];

/**
 * What nodes tell each other of connections that may come back, each under its name: one text for each, and for those that are open
 * additions, of which the last one counts. An addition costs a fraction of a text, so that those of all open connections can be renewed
 * each second.
 */
export interface ClusterNames {
  /** Counts the times that what was kept may have been lost, and has to be kept again. */
  readonly period: number;
  /** Where this node's additions are. */
  readonly place: string;
  /** Keeps what is known of a connection for so many seconds. */
  keep(name: string, text: string, seconds: number): void;
  /** Adds to what is kept of open connections of this node. All of its additions are kept for so many seconds from now. */
  add(additions: readonly (readonly [name: string, text: string])[], seconds: number): void;
  /** These connections have ended: what was added is not needed any more. */
  end(names: readonly string[]): void;
  /** What nodes have kept of connections, in the order of the names; `undefined` where it cannot be read in time. */
  find(names: readonly string[]): Promise<readonly (string | undefined)[] | undefined>;
  /** What nodes have added to that, in the order of the places; `undefined` as above. */
  additions(places: readonly NamedPlace[]): Promise<readonly (string | undefined)[] | undefined>;
  /** Asks the other nodes whether an open connection of theirs is alive; `LogReceiver.recallAnswered` may follow. */
  recall(applicationId: string, name: string): void;
  /** Answers the other nodes: an open connection of this one is alive, or has ended. */
  answerRecall(applicationId: string, name: string, isAlive: boolean): void;
}
