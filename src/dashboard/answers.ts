// What the server answers to requests of the page, as JSON. Both sides are built from this file; it imports nothing.

/** A page of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  /** How many match the search. */
  readonly matching: number;
  /** How many there are without the search. */
  readonly total: number;
  readonly offset: number;
  /** Which nodes they are of: `on all nodes`, `on this node`, `on worker 2`. */
  readonly where: string;
}

/** One occupied channel. All its numbers are of the same nodes. */
export interface ChannelRow {
  readonly name: string;
  readonly access: "public" | "private" | "presence" | "user";
  readonly cached: boolean;
  readonly subscriptions: number;
  /** Distinct users; presence channels only. */
  readonly users: number | undefined;
}

/** The users and connections on a channel. */
export interface ChannelMembers {
  readonly channel: ChannelRow;
  /** Which nodes the channel's numbers and users are of: `on all nodes`, `on this node`. */
  readonly scope: string;
  /** The first users of a presence channel. */
  readonly users: readonly string[] | undefined;
  /** The `user_info` of each of them as JSON text, cut to a length; `null` where there is none. */
  readonly userInfos: readonly string[] | undefined;
  /** The first connections on this node. */
  readonly connections: readonly ConnectionRow[];
  /** How many connections on this node are subscribed. */
  readonly connectionCount: number;
  /** Which node that is: `on this node`, `on worker 2`. */
  readonly where: string;
}

/** One connection on this node. */
export interface ConnectionRow {
  readonly id: string;
  readonly address: string;
  /** The page that it was opened from. */
  readonly origin: string | undefined;
  /** Seconds since it was established. */
  readonly age: number;
  /** The user that is signed in on it, or that it is a member for on a presence channel. */
  readonly user: string | undefined;
  /** The first channels. */
  readonly channels: readonly string[];
  readonly channelCount: number;
}

/** What became of an event that the page has sent. */
export interface SentEvent {
  /** Subscribers that got it. */
  readonly receivers: number;
  /** The node that they are on, in words, where the others could not be counted; else empty. */
  readonly where: string;
  /** Occupied channels with the same name but for a prefix, where the event had no subscriber. */
  readonly occupied: readonly string[];
}

/** Why something was probably turned down, and what the operator can do. */
export interface CauseRow {
  readonly cause: string;
  readonly remedy: string;
}

/** Why a request of the page failed, as a sentence that the page shows. */
export interface Failure {
  readonly error: string;
}
