import type { MemberData } from "../../protocol/member-data.ts";

/** What a node asks of all others together. An answer takes one round trip; it rejects when the others are out of reach. */
export interface ClusterQuestions {
  /** Connections of an application on the other nodes. */
  connections(applicationId: string): Promise<number>;
  /** Subscriptions on the other nodes, by channel name. */
  channels(applicationId: string): Promise<ReadonlyMap<string, number>>;
  /** Subscriptions to one channel on the other nodes. */
  subscriptions(applicationId: string, channel: string): Promise<number>;
  /** Ids (as JSON text) of the users that are present on a topic on any node, this one included. */
  users(topic: string): Promise<readonly string[]>;
  /** As `users`, with their `user_info`. */
  members(topic: string): Promise<readonly MemberData[]>;
  /** How many users are present on each of the topics on any node, this one included. */
  userCounts(topics: readonly string[]): Promise<readonly number[]>;
  /** The last event that was kept of each of the topics. */
  cachedEvents(topics: readonly string[]): Promise<readonly (string | undefined)[]>;
}
