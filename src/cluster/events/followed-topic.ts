import type { KeptLog } from "../../hub/cluster/cluster-log.ts";
import type { TopicInterest } from "./topic-interest.ts";
import type { EventPlace } from "./wire-message.ts";

/** An event that waits until those before it were read. */
export interface Held {
  readonly place: EventPlace | undefined;
  readonly deliver: (id: string | undefined) => void;
}

/** A topic that is followed. */
export interface FollowedTopic {
  readonly topic: string;
  kept: KeptLog;
  /** Id of the last event that was delivered here, with all before it; `undefined` where that is not known. */
  head: string | undefined;
  /** `ClusterNames.period` when that came: in a later one the log may be another, whose ids begin anew. */
  period: number;
  /** The interest in it with the last client that has come: another one where this node has not listened meanwhile. */
  listened: TopicInterest | undefined;
  /** That with which Redis was asked last. */
  interest: TopicInterest | undefined;
  isAsking: boolean;
  askedAt: number;
  /** Events that have come between the first question and its answer. */
  early: EventPlace[];
  /** Whether events may not have come since the last one that was delivered: the link to Redis was down. */
  isDoubtful: boolean;
  /** They wait until all events until now have been delivered. */
  awaiting: (() => void)[];
  /** Events that wait while those before them are read. */
  held: Held[] | undefined;
}

/** All events up to an id have come. */
export function reach(followed: FollowedTopic, id: string, period: number): void {
  followed.head = id;
  followed.period = period;
  followed.isDoubtful = false;
}

/** Those that wait for the events until now go on. */
export function endWait(followed: FollowedTopic): void {
  const { awaiting } = followed;
  followed.awaiting = [];
  for (const then of awaiting) then();
}
