import type { AttemptLimit } from "../hub/cluster/cluster-attempts.ts";
import type { ClaimBounds, ClaimOutcome, KeyClaim } from "../hub/cluster/cluster-claims.ts";

// Each message is the name of one of these methods and its arguments (README.md). A change of them is a new BRIDGE_VERSION.

/** An event that crosses: topic, frame, the connection that is left out, how it is kept. */
export type CrossingEvent = readonly [topic: string, frame: string, except: string | null, kept: Kept];

/** Whether an event is the topic's last one from now on. `own`: it comes back to the node that has published it, which has it already. */
export type Kept = "" | "kept" | "own";

/** A member as it crosses: user id, `channel_data`. */
export type CrossingMember = readonly [userId: string, json: string];

/** What a node tells the owner. */
export interface Told {
  /** The first message. `processId` names the process, also where it comes back. */
  hello(version: number, secret: string, processId: string): void;
  /** What the owner knows of this node is not so any more: the node brings all that it has, from this message to `brought`. */
  anew(): void;
  /** All that the node has was brought: others may join. */
  brought(): void;
  /** How the node describes itself. The bridge passes it on to the others, and does not look at it. */
  describe(description: unknown): void;
  /** Whether the node's clients are about to move to other processes: those that leave are likely to come back. */
  moving(isMoving: boolean): void;
  /** The node leaves, and leaves nothing. */
  bye(): void;
  /** Events of one turn; `turn` grows by one each time. Answered by `ToNode.confirmed`. */
  events(turn: number, events: readonly CrossingEvent[]): void;
  /** Events of these topics come from now on: `ToNode.heard` has asked for that, or the node has no room for more of `ToNode.unheard`. */
  sends(topics: readonly string[]): void;
  /** The events with that token were delivered here. */
  delivered(token: number): void;
  /** The last event of a topic, as a node brings it that was alone until now, and for how many seconds it counts. */
  keep(topic: string, frame: string, seconds: number): void;
  /** All other nodes end a user's connections. */
  terminate(applicationId: string, userId: string): void;
  /** All other nodes take a user off the channels that fit a pattern. */
  unsubscribe(applicationId: string, userId: string, pattern: string): void;
  /** The node that has this connection ends it. */
  close(applicationId: string, socketId: string): void;
  /** The node listens to a topic no longer. */
  release(topic: string): void;
  /** So many connections more, or less. */
  connections(applicationId: string, difference: number): void;
  subscriptions(applicationId: string, channel: string, subscriptions: number): void;
}

/** What a node asks the owner, which answers in the order of the questions (`ToNode.answer`). */
export interface Asked {
  /**
   * The node listens to a topic; `holds` are its members on it, which it holds from now on. Answers with the last event where it is
   * asked for, all members, and the users that were added by this.
   */
  listen(topic: string, isCached: boolean, holds: readonly CrossingMember[], isReported: boolean): Known;
  /** The node holds one member more. Whether it was added by this, and no departure was undone. */
  join(topic: string, userId: string, json: string, isReported: boolean): boolean;
  /** The node holds one member less. Whether it was removed by this; then a `token` marks the departure, an empty one does not. */
  leave(topic: string, userId: string, token: string): boolean;
  /** The node has its first subscription to a channel. Whether it is the first of all, and no departure was undone. */
  occupy(topic: string): boolean;
  /** The node has its last subscription to a channel no longer. Whether it was the last of all. */
  vacate(topic: string, token: string): boolean;
  /** Takes the mark of a departure away. Whether it still holds; without a token, whether the subject is absent. */
  confirm(topic: string, subject: string, token: string): boolean;
  /** A cache channel was found empty. Whether no other node has noted that a moment ago. */
  miss(topic: string): boolean;
  /** The node has so many subscriptions to a channel, and all that listen are to know the sum. */
  count(topic: string, subscriptions: number): number;
  /** Whether the application may have one connection more; then it counts for this node already. */
  admit(applicationId: string, limit: number): boolean;
  /** As `ClusterAttempts.count`. */
  attempt(caller: string, limit: AttemptLimit): number;
  takeBack(caller: string): null;
  /** As `ClusterClaims.claim`. */
  claim(claim: KeyClaim, bounds: ClaimBounds): ClaimOutcome;
  /** As `ClusterClaims.settle`. */
  settle(claim: KeyClaim, answer: string, bounds: ClaimBounds): null;
  /** As the methods of `ClusterQuestions`. */
  connectionsElsewhere(applicationId: string): number;
  channelsElsewhere(applicationId: string): readonly (readonly [channel: string, subscriptions: number])[];
  subscriptionsElsewhere(applicationId: string, channel: string): number;
  users(topic: string): readonly string[];
  /** Their `channel_data`. */
  members(topic: string): readonly string[];
  userCounts(topics: readonly string[]): readonly number[];
  cachedEvents(topics: readonly string[]): readonly (string | null)[];
  /** Nothing: all questions before it have been answered. */
  barrier(): null;
}

/** What the owner knows of a topic. */
export interface Known {
  readonly event: string | null;
  /** In the order in which they came. */
  readonly members: readonly string[];
  readonly added: readonly string[];
}

/** What the owner tells a node. */
export interface ToNode {
  /**
   * The node has joined; all others have brought what they have. It has to show that it is there every `beat` milliseconds. Where it is
   * the only one it says nothing else until `together`.
   */
  welcome(beat: number, isAlone: boolean): void;
  /** Another node is about to join: this one brings all that it has. */
  together(): void;
  /** This is the only node left: it decides alone from now on. What other nodes have kept has come before, as `keep`. */
  alone(): void;
  keep(topic: string, frame: string, seconds: number): void;
  /** It was silent so long that it was taken for dead: it has to begin anew. */
  forgotten(): void;
  /** It cannot join, and why. */
  refused(reason: string): void;
  /** The processes of all nodes. */
  nodes(processIds: readonly string[]): void;
  /** How another node describes itself. */
  described(processId: string, description: unknown): void;
  /** The answer to the first question that has none. */
  answer(answer: unknown): void;
  /** Events of other nodes; a `token` is confirmed with `Told.delivered`. */
  events(token: number | null, events: readonly CrossingEvent[]): void;
  /** The events of that turn were delivered by all nodes that listen. */
  confirmed(turn: number): void;
  /** No other node listens to these topics: their events need not come until `heard`. */
  unheard(topics: readonly string[]): void;
  /** Another node is about to listen to the topic; it is answered after `Told.sends`. */
  heard(topic: string): void;
  added(topic: string, json: string): void;
  removed(topic: string, userId: string): void;
  counted(topic: string, subscriptions: number): void;
  terminate(applicationId: string, userId: string): void;
  unsubscribe(applicationId: string, userId: string, pattern: string): void;
  close(applicationId: string, socketId: string): void;
  /** This node reports a departure, whose node has gone. */
  departed(topic: string, subject: string, token: string): void;
  /** This node reports a count, which a node that has gone has changed. */
  recounted(topic: string, subscriptions: number): void;
}

/** The methods of a table of calls that the side which receives them implements, with the one that calls before the arguments. */
export type Handlers<Calls, Caller> = {
  readonly [Name in keyof Calls]: Calls[Name] extends (...fields: infer Fields) => infer Answer
    ? (caller: Caller, ...fields: Fields) => Answer
    : never;
};

/** The arguments of one call. */
export type FieldsOf<Call> = Call extends (...fields: infer Fields) => unknown ? Fields : never;

/** The answer of one call. */
export type AnswerOf<Call> = Call extends (...fields: never) => infer Answer ? Answer : never;
