import type { Moment, Operation } from "./operation.ts";

/** What can go wrong in a run on purpose. */
export type FaultKind =
  /** The process is ended by SIGKILL and another one takes its slot. */
  | "kill"
  /** The process stands still (SIGSTOP), then goes on. */
  | "freeze"
  /** The clock of a node jumps. */
  | "clock"
  /** A node's way to Redis: connections are closed and refused. */
  | "redis-refused"
  /** … connections stay open, nothing passes in either direction. */
  | "redis-half-open"
  /** … what the node sends does not arrive. */
  | "redis-deaf"
  /** … what Redis sends does not arrive. */
  | "redis-mute"
  /** … everything takes longer. */
  | "redis-slow"
  /** … connections break at random. */
  | "redis-lossy"
  /** A node's way to its clients: all are cut, and new ones refused. */
  | "clients-cut"
  /** … connections stay open, and what the node sends does not arrive until the end. */
  | "clients-stalled"
  /**
   * … what Redis publishes is lost, and the connection stays, as when a Redis Cluster moves a slot. Only in the simulation, in plans
   * that are written by hand.
   */
  | "redis-unheard"
  /** Redis ends and comes back, with its data. */
  | "redis-restart"
  /** … and comes back without its data. */
  | "redis-crash"
  /** A replica takes over that lacks the last writes. */
  | "redis-failover"
  /** Redis refuses commands that need memory. */
  | "redis-full"
  /** The Redis process stands still. */
  | "redis-freeze"
  /** FLUSHALL. */
  | "redis-flush"
  /** CLIENT KILL of all connections of nodes. */
  | "redis-kill"
  /** Not planned: the machine was so busy that a node could not keep its lease, or reach Redis in time. */
  | "busy"
  /** A client reads nothing for a while. */
  | "slow-reader"
  /** A successor takes the node's place (`resound restart`). */
  | "handover"
  /** As `handover`, and the successor is another version. */
  | "upgrade";

/** A fault from its beginning until what was broken works again; what it has caused may take longer to heal. */
export interface Fault {
  readonly type: "fault";
  readonly kind: FaultKind;
  /** The node that it concerns; absent where it concerns Redis, and so all of them. */
  readonly node?: string;
  /** The connection of a slow reader. */
  readonly connection?: string;
  readonly start: Moment;
  readonly end: Moment;
}

/** A message that a client got. */
export interface Frame {
  readonly type: "frame";
  readonly at: Moment;
  readonly connection: string;
  readonly event: string;
  readonly channel?: string;
  /** As it stands in the message, when that is a text; else its JSON. */
  readonly data?: string;
}

/** A connection has ended as its client sees it. The server may have noticed earlier or later. */
export interface Ended {
  readonly type: "ended";
  readonly at: Moment;
  readonly connection: string;
  readonly code: number;
  /** `client`: by a `close` or `cut`; all else is the server's or the network's doing. */
  readonly by: "client" | "other";
}

/** A request to the application's webhook URL. */
export interface Webhook {
  readonly type: "webhook";
  readonly at: Moment;
  /** `X-Resound-Delivery`: the same each time the request is tried again. Absent where a contender has none. */
  readonly delivery?: string;
  readonly events: readonly WebhookEvent[];
}

/** One event of a webhook, as far as checkers read it. */
export interface WebhookEvent {
  readonly name: string;
  readonly channel: string;
  readonly user?: string;
}

/** What `GET users` and `GET channels` of one node answered while nothing else was going on. */
export interface Answers {
  readonly node: string;
  /** Ids of each presence channel, sorted. Absent for a channel: the call failed. */
  readonly users: Readonly<Record<string, readonly string[]>>;
  /** Names of the occupied channels, sorted; absent where the call failed. */
  readonly channels?: readonly string[];
  /** `subscription_count` of each channel that has one in the answer. */
  readonly counts?: Readonly<Record<string, number>>;
}

/**
 * A quiet moment: no operation was open, no fault was going on and its damage had time to heal, a marker has since passed from each node
 * to each, and each open connection has answered a ping after that. `answers` were read then, before anything went on.
 */
export interface Quiet {
  readonly type: "quiet";
  readonly at: Moment;
  /** The last one of the run, when everything has healed. */
  readonly isRest: boolean;
  readonly answers: readonly Answers[];
}

/** What a process that lives at a quiet moment, or when the run ends, says of itself. */
export interface NodeRecord {
  readonly type: "record";
  readonly node: string;
  /** When the process was started. */
  readonly since: Moment;
  readonly at: Moment;
  /** Events of the application that were lost on their way between nodes, by its counters and by its log. */
  readonly losses: { readonly counted: number; readonly logged: number };
  /** At the end of the run; empty before that. */
  readonly log: readonly string[];
}

/** One entry of a history. All are plain data, in the order in which they were finished. */
export type Entry = Operation | Fault | Frame | Ended | Webhook | Quiet | NodeRecord;
