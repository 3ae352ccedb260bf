import { LinkDown, type RedisLink } from "../../redis/redis-link.ts";
import type { ClusterInterest, Interest } from "../../hub/cluster/cluster-interest.ts";
import type { CommandBatch } from "../command-batch.ts";
import { isDamage } from "../damage.ts";
import type { RedisKeys } from "../redis-keys.ts";
import type { Audience } from "../membership/audience.ts";
import { SharedPresence } from "../presence/shared-presence.ts";
import type { SharedPresenceParts } from "../presence/shared-presence-parts.ts";
import { Lingering } from "./lingering.ts";
import { TopicInterest } from "./topic-interest.ts";

/** Topics that are subscribed in one piece: with more, Redis's answer to the last would be late because of the first. */
const SLICE = 5000;

/** What interest needs of the rest of the cluster. */
export interface InterestParts {
  readonly link: RedisLink;
  readonly batch: CommandBatch;
  readonly keys: RedisKeys;
  /** Calls back at the end of the turn. */
  readonly defer: (flush: () => void) => void;
  /** Seconds that only grow. */
  readonly now: () => number;
  readonly lingerSeconds: number;
  readonly audience: Pick<Audience, "isKnown" | "whenKnown">;
  /** Whether this node's clients move to another one. */
  readonly isMoving: () => boolean;
  /** What a topic's presence needs. */
  readonly presenceParts: (topic: string) => SharedPresenceParts;
  /** The topic's last event, as Redis has kept it. */
  readonly cached: (topic: string, frame: string | undefined) => void;
  /** Called when the last event cannot be read. */
  readonly unreadable: () => void;
  /** Called when Redis refuses to let this node listen. */
  readonly refused: (error: Error) => void;
  /** Called when this node has given up a topic. */
  readonly givenUp: (topic: string) => void;
}

/**
 * The topics that this node listens to. Those that come up in one turn of the event loop are subscribed together. One that is released
 * is listened to for a moment longer, because the client of a page that was loaded again subscribes to it once more.
 */
export class InterestTable implements ClusterInterest {
  readonly #parts: InterestParts;
  readonly #topics = new Map<string, TopicInterest>();
  #wanted: TopicInterest[] = [];
  readonly #lingering = new Lingering();
  #isListening = false;
  #isEnrolled = false;

  constructor(parts: InterestParts) {
    this.#parts = parts;
  }

  find(topic: string): TopicInterest | undefined {
    return this.#topics.get(topic);
  }

  listen(topic: string, interest: Interest, ready: () => void): void {
    let entry = this.#topics.get(topic);
    if (entry === undefined) {
      const { keys, now } = this.#parts;
      this.#topics.set(topic, entry = new TopicInterest(topic, keys.channel(topic), interest, ready, now()));
    } else {
      entry.renew(interest, ready);
      this.#lingering.delete(entry);
    }
    if (interest.presence !== undefined) {
      entry.presence = new SharedPresence(interest.presence, this.#parts.presenceParts(topic));
      if (!this.#isListening || !this.#isEnrolled) entry.presence.partFromRedis();
    }
    // Before it is known whether Redis is there, `suspend` or `confirm` follows.
    if (!this.#isListening) {
      if (this.#parts.audience.isKnown) entry.becomeReady();
    } else if (entry.isConfirmed) this.#complete(entry);
    else this.#want(entry);
  }

  release(topic: string): void {
    const entry = this.#topics.get(topic);
    // A node whose clients move still holds users, and leaves the cluster soon.
    if (entry === undefined || this.#parts.isMoving()) return;
    entry.presence?.release();
    entry.linger(this.#parts.now() + this.#parts.lingerSeconds);
    this.#lingering.add(entry);
  }

  /** Redis is there and knows nothing of this node: `confirm` MUST follow. New topics are subscribed from now on. */
  resume(): void {
    this.#isListening = true;
    this.#wanted = [];
  }

  /** Subscribes to every topic that Redis has not confirmed. Rejects when Redis goes away or refuses. */
  async confirm(): Promise<void> {
    const entries = [...this.#topics.values()].filter((entry) => !entry.isConfirmed);
    for (let start = 0; start < entries.length; start += SLICE) {
      await this.#confirm(entries.slice(start, start + SLICE));
    }
  }

  /** This node is enrolled: presence follows Redis from now on. */
  enrol(): void {
    this.#isEnrolled = true;
    for (const entry of this.#topics.values()) {
      entry.presence?.waitForRedis();
      // Topics without presence too: what they asked for may have been thrown away when this process stood still.
      if (entry.isConfirmed) this.#complete(entry);
    }
  }

  /** Asks for all members again: Redis knows the holds of all nodes now. */
  askAgain(): void {
    if (!this.#isEnrolled) return;
    for (const { presence, isConfirmed } of this.#topics.values()) if (isConfirmed) presence?.askAgain();
  }

  /** This node is not enrolled: presence follows its own holds. */
  unenrol(): void {
    this.#isEnrolled = false;
    for (const entry of this.#topics.values()) entry.presence?.partFromRedis();
  }

  /** Redis is away: clients that wait for it go on. */
  suspend(): void {
    this.#isListening = false;
    this.#wanted = [];
    this.unenrol();
    for (const { topic } of this.#lingering.takeAll()) this.#topics.delete(topic);
    for (const entry of [...this.#topics.values()]) {
      entry.isConfirmed = false;
      entry.forgetEvent();
      entry.becomeReady();
    }
  }

  /** Called once a second: gives up topics that were released long enough ago, and asks again for changes that do not come. */
  sweep(): void {
    this.#giveUp(this.#lingering.enough(this.#parts.now()));
    for (const entry of this.#topics.values()) entry.presence?.checkProgress();
  }

  /** Asks again for everything about topics of which messages may have been missed. */
  recheck(topics: readonly string[]): void {
    for (const topic of topics) {
      const entry = this.#topics.get(topic);
      if (entry === undefined || !entry.isConfirmed) continue;
      entry.forgetEvent();
      this.#complete(entry);
    }
  }

  #want(entry: TopicInterest): void {
    this.#wanted.push(entry);
    if (this.#wanted.length > 1) return;
    this.#parts.defer(() => {
      const wanted = this.#wanted.splice(0), still: TopicInterest[] = [], brief: TopicInterest[] = [];
      for (const entry of wanted) {
        // It may have been given up within the turn, and even have come up again.
        if (this.#topics.get(entry.topic) !== entry) continue;
        // What was released within the turn is not worth a subscription.
        if (entry.lingersUntil === undefined) still.push(entry);
        else brief.push(entry);
      }
      if (still.length > 0) void this.#subscribe(still);
      this.#giveUp(brief);
      this.#giveUp(this.#lingering.enough(this.#parts.now()));
    });
  }

  #giveUp(entries: readonly TopicInterest[]): void {
    for (const entry of entries) {
      this.#lingering.delete(entry);
      this.#topics.delete(entry.topic);
      this.#parts.givenUp(entry.topic);
    }
    // Those that were never subscribed to cost nothing here.
    if (entries.length > 0 && this.#isListening) {
      this.#parts.link.unsubscribe(entries.map(({ channel }) => channel));
    }
  }

  async #subscribe(entries: readonly TopicInterest[]): Promise<void> {
    try {
      await this.#confirm(entries);
    } catch (error) {
      // An outage is handled where the link goes down; any other answer is about how Redis is set up.
      if (!(error instanceof Error) || error instanceof LinkDown || !this.#isListening) return;
      this.#parts.refused(error);
      for (const entry of entries) entry.becomeReady();
    }
  }

  async #confirm(entries: readonly TopicInterest[]): Promise<void> {
    await this.#parts.link.subscribe(entries.map(({ channel }) => channel));
    if (!this.#isListening) return;
    for (const entry of entries) {
      // It was given up meanwhile, or is from before an outage.
      if (this.#topics.get(entry.topic) !== entry || entry.isConfirmed) continue;
      entry.isConfirmed = true;
      this.#complete(entry);
    }
  }

  /** Fetches what belongs to a topic besides its events; its subscribers go on after that. */
  #complete(entry: TopicInterest): void {
    const { presence, interest } = entry;
    let missing = 1;
    const done = (): void => {
      if (--missing > 0) return;
      this.#parts.audience.whenKnown(() => {
        // The topic may have been released and listened to again meanwhile: the later subscribers wait for an answer of their own.
        if (entry.interest === interest) entry.becomeReady();
      });
    };
    if (presence !== undefined && this.#isEnrolled) {
      missing++;
      presence.ask(done);
    }
    if (interest.cached === true && !entry.knowsEvent) {
      missing++;
      this.#fetchEvent(entry, done);
    }
    done();
  }

  /** The order matters: all that was published before the answer has come through the channel once the barrier is passed. */
  #fetchEvent(entry: TopicInterest, done: () => void): void {
    const { batch, keys, link, cached, unreadable } = this.#parts;
    batch.add(["GET", keys.event(entry.topic)], (answer) => {
      const frame = typeof answer === "string" ? answer : undefined;
      if (isDamage(answer)) unreadable();
      const pass = (): void => {
        if (!entry.knowsEvent && entry.awaitedEvent === undefined) cached(entry.topic, frame);
        entry.knowsEvent = true;
        done();
      };
      link.barrier(entry.channel).then(pass, () => {
        // The link went down, and `suspend` has let the subscribers go on.
      });
    });
  }
}
