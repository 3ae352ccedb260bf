import type { Timers } from "../../failures/timers.ts";
import {
  type ClusterLog,
  compareIds,
  type KeptLog,
  type KeptPage,
  type KeptRange,
  type RangeWish,
} from "../../hub/cluster/cluster-log.ts";
import type { ClusterReceiver } from "../../hub/cluster/cluster.ts";
import type { RedisLink } from "../../redis/redis-link.ts";
import type { CommandBatch } from "../command-batch.ts";
import type { RedisKeys } from "../redis-keys.ts";
import type { InterestTable } from "./interest-table.ts";
import { FOLLOW_LOG } from "./log-scripts.ts";
import { type LoggedEvent, readLog, readRange } from "./read-log.ts";
import { endWait, type FollowedTopic, type Held, reach } from "./followed-topic.ts";
import { RedisNames } from "./redis-names.ts";
import type { EventPlace } from "./wire-message.ts";

/** What the logs need of the rest of the cluster. */
export interface RedisLogParts {
  readonly link: Pick<RedisLink, "run" | "barrier" | "publishCommand">;
  readonly batch: Pick<CommandBatch, "add">;
  readonly keys: RedisKeys;
  readonly interests: Pick<InterestTable, "find">;
  readonly receiver: () => ClusterReceiver;
  /** Seconds that only grow. */
  readonly now: () => number;
  /** Takes an event of a log that was not heard of on the topic's channel; `id` as in `RedisLog.arrived`. */
  readonly found: (topic: string, event: LoggedEvent, id: string | undefined) => void;
  readonly isUp: () => boolean;
  readonly nodeId: () => string;
  readonly timers: Pick<Timers, "after">;
  readonly patience: { readonly call: number };
}

/**
 * The logs of topics in Redis, one stream a topic. This node follows those whose clients may come back: each event's message says which
 * event was before it, so that a missing one is noticed, read and delivered in its place.
 */
export class RedisLog implements ClusterLog {
  readonly #parts: RedisLogParts;
  readonly names: RedisNames;
  readonly #topics = new Map<string, FollowedTopic>();

  constructor(parts: RedisLogParts) {
    this.#parts = parts;
    this.names = new RedisNames(parts);
  }

  get isUp(): boolean {
    return this.#parts.isUp();
  }

  follow(topic: string, kept: KeptLog): boolean {
    let followed = this.#topics.get(topic);
    if (followed === undefined) {
      followed = {
        ...{ topic, kept, head: undefined, period: 0, listened: undefined, interest: undefined },
        ...{ isAsking: false, askedAt: -Infinity, early: [], held: undefined, awaiting: [] },
        // Until Redis is back nothing comes of what other nodes publish.
        isDoubtful: !this.#parts.isUp(),
      };
      this.#topics.set(topic, followed);
    }
    followed.kept = kept;
    const interest = this.#parts.interests.find(topic);
    const isProved = followed.head !== undefined || followed.listened === undefined ||
      followed.listened === interest;
    followed.listened = interest;
    if (!this.isCurrent(topic)) this.#ask(followed);
    return isProved;
  }

  isCurrent(topic: string): boolean {
    const followed = this.#topics.get(topic);
    return followed?.head !== undefined && followed.held === undefined && followed.interest !== undefined &&
      followed.interest === this.#parts.interests.find(topic);
  }

  whenCurrent(topic: string, then: () => void): void {
    const followed = this.#topics.get(topic);
    if (followed === undefined || this.isCurrent(topic)) then();
    else followed.awaiting.push(then);
  }

  unfollow(topic: string): void {
    const followed = this.#topics.get(topic);
    this.#topics.delete(topic);
    for (const { deliver } of followed?.held ?? []) deliver(undefined);
    if (followed !== undefined) endWait(followed);
  }

  read(topic: string, id: string): Promise<KeptPage | undefined> {
    const { link, keys, timers, patience } = this.#parts;
    return readLog(link, keys.log(topic), id, patience.call, timers).then((page) =>
      page?.isWhole === true ? page : undefined
    );
  }

  readRange(topic: string, wish: RangeWish, seconds: number): Promise<KeptRange | undefined> {
    const { link, keys, timers, patience } = this.#parts;
    return readRange(link, keys.log(topic), wish, seconds, patience.call, timers);
  }

  /** Whether a topic's messages go through `arrived`. */
  follows(topic: string): boolean {
    return this.#topics.has(topic);
  }

  /** An event has come on the topic's channel. It is delivered now, or behind those that are missing before it. */
  arrived(topic: string, place: EventPlace | undefined, deliver: Held["deliver"]): void {
    const followed = this.#topics.get(topic);
    if (followed === undefined) return deliver(undefined);
    if (followed.held !== undefined) return void followed.held.push({ place, deliver });
    const { head } = followed;
    if (head === undefined) {
      if (followed.isDoubtful) this.#missed(followed);
      if (place !== undefined && followed.isAsking) followed.early.push(place);
      return deliver(undefined);
    }
    if (place === undefined) {
      // In no log: so nothing can be proved about what was delivered.
      this.#lose(followed);
      if (followed.isDoubtful) this.#missed(followed);
      return deliver(undefined);
    }
    if (compareIds(place.id, head) <= 0) {
      // It has come already, or was in the log before this node followed it: its publisher had no answer, and has sent it again. Unless
      // the log may be another one, with ids by a clock that was set back.
      return followed.period === this.names.period ? undefined : deliver(undefined);
    }
    if (place.previous !== head) {
      followed.held = [{ place, deliver }];
      return void this.#fill(followed, head);
    }
    reach(followed, place.id, this.names.period);
    deliver(place.id);
  }

  /** An event of the topic has not come, and the log does not have it: its clients hear of a gap. */
  lacks(topic: string): void {
    this.#parts.receiver().missed(topic);
  }

  /** Called once a second: keeps the logs in Redis, and looks whether an event is missing. */
  sweep(): void {
    for (const followed of this.#topics.values()) this.#askAgain(followed);
  }

  /** What is kept in Redis may have been lost. */
  lost(): void {
    this.names.period++;
    // So that the logs are there again within a second.
    for (const followed of this.#topics.values()) followed.askedAt = -Infinity;
  }

  /** Redis is away, or was: what was asked is not answered any more. */
  suspend(): void {
    this.lost();
    for (const followed of this.#topics.values()) {
      followed.isDoubtful = true;
      endWait(followed);
      followed.isAsking = false;
      followed.interest = undefined;
      followed.askedAt = -Infinity;
    }
  }

  #askAgain(followed: FollowedTopic): void {
    const { now } = this.#parts;
    if (now() - followed.askedAt >= (followed.head === undefined ? 1 : followed.kept.seconds / 2)) {
      this.#ask(followed);
    }
  }

  #ask(followed: FollowedTopic): void {
    const { batch, keys, link, interests, now, isUp } = this.#parts, { topic, kept } = followed;
    const interest = interests.find(topic);
    // A topic without subscribers here is not listened to; it is asked about with the next one.
    if (followed.isAsking || !isUp() || interest?.isConfirmed !== true) return;
    followed.isAsking = true;
    followed.early = [];
    followed.askedAt = now();
    const milliseconds = Math.ceil(kept.seconds * 1000);
    const call = { script: FOLLOW_LOG, keys: [keys.log(topic)], args: [milliseconds] };
    batch.add(call, (id) => {
      link.barrier(interest.channel).then(() => {
        followed.isAsking = false;
        if (this.#topics.get(topic) !== followed || typeof id !== "string") return;
        if (interests.find(topic) !== interest) return;
        followed.interest = interest;
        this.#answered(followed, id);
      }, () => {
        // The link went down, and `suspend` has forgotten the question.
      });
    });
  }

  /** All that was published before the answer has come through the channel. */
  #answered(followed: FollowedTopic, id: string): void {
    const { head, topic } = followed;
    if (head === undefined) {
      if (followed.isDoubtful) this.#missed(followed);
      reach(followed, id, this.names.period);
      this.#parts.receiver().followed(topic, id);
      for (const place of followed.early) this.arrived(topic, place, (known) => this.#known(topic, known));
    } else if (followed.held === undefined && compareIds(id, head) > 0) {
      followed.held = [];
      void this.#fill(followed, head);
    } else if (id === head) reach(followed, id, this.names.period);
    if (followed.held === undefined) endWait(followed);
  }

  /** An event that was delivered before it was known that it has an id. */
  #known(topic: string, id: string | undefined): void {
    if (id !== undefined) this.#parts.receiver().logged(topic, id, 0);
  }

  /** Reads what is missing, and delivers it and what waits behind it. */
  async #fill(followed: FollowedTopic, head: string): Promise<void> {
    const { link, keys, found, timers, patience } = this.#parts, { topic } = followed;
    const page = await readLog(link, keys.log(topic), head, patience.call, timers);
    const held = followed.held ?? [];
    followed.held = undefined;
    if (this.#topics.get(topic) !== followed) return;
    if (page?.isWhole === true) {
      reach(followed, page.head, this.names.period);
      for (const event of page.events) found(topic, event, event.id);
    } else {
      this.#lose(followed);
      // A log that begins anew while the link was there all along: each event has come by the topic's channel.
      if (followed.isDoubtful || page?.events.length !== 0) this.#missed(followed);
      for (const event of page?.events ?? []) found(topic, event, undefined);
    }
    for (const { place, deliver } of held) this.arrived(topic, place, deliver);
    if (followed.held === undefined) endWait(followed);
  }

  #missed(followed: FollowedTopic): void {
    followed.isDoubtful = false;
    this.#parts.receiver().missed(followed.topic);
  }

  #lose(followed: FollowedTopic): void {
    followed.head = undefined;
    this.#parts.receiver().followed(followed.topic, undefined);
  }
}
