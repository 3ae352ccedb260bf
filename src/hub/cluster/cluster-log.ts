import type { ClusterNames } from "./cluster-names.ts";

/** How much of a topic is kept for clients that come back. */
export interface KeptLog {
  readonly events: number;
  readonly seconds: number;
}

/** How an event is logged. */
export interface EventLogging extends KeptLog {
  /** Its place in this node's own log, which comes back with its id (`LogReceiver.logged`). */
  readonly position: number;
  /** Whether the log begins with it where no node follows the topic. */
  readonly begins: boolean;
}

/** An event in the log of a topic, which all nodes share. */
export interface KeptEvent {
  /** Grows from event to event. */
  readonly id: string;
  readonly frame: string;
  readonly exceptSocketId: string | undefined;
}

/** The events of a topic behind an id. */
export interface KeptPage {
  readonly events: readonly KeptEvent[];
  /** Id of the last event, also where it is not among these. */
  readonly head: string;
}

/** A part of a topic's log, oldest event first. */
export interface KeptRange extends KeptPage {
  /** Id behind which the events stand. */
  readonly begin: string;
  /** Id of the last of them; of the topic's last event where there are none. */
  readonly end: string;
  /** Whether no event is missing among them, and none before them behind the id that was asked for. */
  readonly isComplete: boolean;
}

/** Which part of a topic's log is read. */
export interface RangeWish {
  /** Only events that are among the last so many, and no older. */
  readonly within: KeptLog;
  /** The first ones behind this id; without it the last ones. */
  readonly since: string | undefined;
  /** How many at most. */
  readonly limit: number;
}

/**
 * The logs of topics over all nodes, and the connections that may come back to another node. Events get into the log by
 * `ClusterEvents.publish`.
 */
export interface ClusterLog {
  /** Whether the other nodes and the logs can be asked. */
  readonly isUp: boolean;
  /** What nodes know of connections that may come back. */
  readonly names: ClusterNames;
  /**
   * A topic that this node listens to has clients that may come back. `LogReceiver.followed` says from where on its events have ids.
   * False where events may have been missed since the last call of which `LogReceiver.missed` will say nothing.
   */
  follow(topic: string, kept: KeptLog): boolean;
  /** Whether this node follows the topic and has all events of it. */
  isCurrent(topic: string): boolean;
  /** Calls back when that is so, or cannot be. */
  whenCurrent(topic: string, then: () => void): void;
  /** No client of this node may come back to the topic. */
  unfollow(topic: string): void;
  /** The events behind an id; `undefined` where it cannot be proved that none is missing, or the log cannot be read in time. */
  read(topic: string, id: string): Promise<KeptPage | undefined>;
  /**
   * Reads a part of the log, which is there from now on and is kept for so many seconds without events; `undefined` where it cannot be
   * read in time. No node need follow the topic.
   */
  readRange(topic: string, wish: RangeWish, seconds: number): Promise<KeptRange | undefined>;
}

/** Takes what the log has to say about the topics that this node follows. */
export interface LogReceiver {
  /** All up to this id has been delivered here, or was published before; each later event has an id. `undefined`: no longer. */
  followed(topic: string, id: string | undefined): void;
  /** An event has got its id that was delivered here before; `position` as in `EventLogging`, 0 for one that is known already. */
  logged(topic: string, id: string, position: number): void;
  /** Events of the topic that this node's clients have not got cannot be found any more. */
  missed(topic: string): void;
  /** Another node asks whether a connection is alive, which may be one of this node. */
  recalled(applicationId: string, name: string): void;
  /** A connection of another node is alive, or has ended. */
  recallAnswered(applicationId: string, name: string, isAlive: boolean): void;
}

/** Compares two ids, milliseconds and a number without leading zeros (`1700000000000-3`): negative where the first one is smaller. */
export function compareIds(left: string, right: string): number {
  const end = left.indexOf("-"), difference = end - right.indexOf("-");
  if (difference !== 0) return difference;
  // Digits of one length compare as texts do.
  if (left.length === right.length) return left < right ? -1 : left > right ? 1 : 0;
  const leftTime = left.slice(0, end), rightTime = right.slice(0, end);
  return leftTime === rightTime ? left.length - right.length : leftTime < rightTime ? -1 : 1;
}
