import { LinkDown, type RedisLink } from "../redis/redis-link.ts";
import type { Interest } from "./cluster.ts";
import type { CommandBatch } from "./command-batch.ts";
import type { RedisKeys } from "./redis-keys.ts";
import { type PresenceWire, SharedPresence } from "./shared-presence.ts";
import { TopicInterest } from "./topic-interest.ts";

/** What the table needs of the rest of the cluster. */
export interface InterestParts {
  readonly link: RedisLink;
  readonly batch: CommandBatch;
  readonly keys: RedisKeys;
  /** Calls back at the end of the turn. */
  readonly defer: (flush: () => void) => void;
  /** Seconds that only grow. */
  readonly now: () => number;
  readonly lingerSeconds: number;
  /** What a topic's presence talks to. */
  readonly presenceWire: (topic: string) => PresenceWire;
  /** The topic's last event, as Redis has kept it. */
  readonly cached: (topic: string, frame: string | undefined) => void;
  /** Redis refuses to let this node listen. */
  readonly refused: (error: Error) => void;
  /** A topic does not matter to this node any more. */
  readonly givenUp: (topic: string) => void;
}

/**
 * The topics that matter to this node. Those that came up in one turn of the event loop are subscribed together; one that
 * nobody needs lingers for a moment, so that a page change costs nothing.
 */
export class InterestTable {
  readonly #parts: InterestParts;
  readonly #topics = new Map<string, TopicInterest>();
  #wanted: TopicInterest[] = [];
  readonly #lingering = new Set<TopicInterest>();
  #isListening = false;
  #isEnrolled = false;

  constructor(parts: InterestParts) {
    this.#parts = parts;
  }

  /** Topics that are listened to. */
  get size(): number {
    return this.#topics.size;
  }

  find(topic: string): TopicInterest | undefined {
    return this.#topics.get(topic);
  }

  listen(topic: string, interest: Interest, ready: () => void): void {
    let entry = this.#topics.get(topic);
    if (entry === undefined) {
      entry = new TopicInterest(topic, this.#parts.keys.channel(topic), interest, ready);
      this.#topics.set(topic, entry);
    } else {
      entry.renew(interest, ready);
      this.#lingering.delete(entry);
    }
    if (interest.presence !== undefined) {
      entry.presence = new SharedPresence(interest.presence, this.#parts.presenceWire(topic));
      if (!this.#isListening || !this.#isEnrolled) entry.presence.partFromRedis();
    }
    if (!this.#isListening) entry.becomeReady();
    else if (entry.isConfirmed) this.#complete(entry);
    else this.#want(entry);
  }

  release(topic: string): void {
    const entry = this.#topics.get(topic);
    if (entry === undefined) return;
    entry.linger(this.#parts.now() + this.#parts.lingerSeconds);
    this.#lingering.add(entry);
  }

  /** Redis is there and knows nothing of this node: everything is subscribed anew. Resolves when all that is confirmed. */
  async resume(): Promise<void> {
    this.#isListening = true;
    this.#wanted = [];
    const entries = [...this.#topics.values()];
    await this.#subscribe(entries);
  }

  /** This node may take part in presence from now on. */
  enrol(): void {
    this.#isEnrolled = true;
    for (const entry of this.#topics.values()) {
      if (entry.presence === undefined) continue;
      entry.presence.waitForRedis();
      if (entry.isConfirmed) entry.presence.ask(() => entry.becomeReady());
    }
  }

  /** This node has no part in presence for now. */
  unenrol(): void {
    this.#isEnrolled = false;
    for (const entry of this.#topics.values()) entry.presence?.partFromRedis();
  }

  /** Redis is away: nobody waits for it. */
  suspend(): void {
    this.#isListening = false;
    this.#wanted = [];
    this.unenrol();
    for (const { topic } of this.#lingering) this.#topics.delete(topic);
    this.#lingering.clear();
    for (const entry of [...this.#topics.values()]) {
      entry.isConfirmed = false;
      entry.knowsEvent = false;
      entry.becomeReady();
    }
  }

  /** Called once a second: gives up what nobody has needed for long enough, and looks after what does not come. */
  sweep(): void {
    const now = this.#parts.now(), given: string[] = [];
    for (const entry of this.#lingering) {
      if (now < entry.lingersUntil!) break;
      this.#lingering.delete(entry);
      this.#topics.delete(entry.topic);
      given.push(entry.channel);
      this.#parts.givenUp(entry.topic);
    }
    if (given.length > 0 && this.#isListening) this.#parts.link.unsubscribe(given);
    for (const entry of this.#topics.values()) entry.presence?.checkProgress();
  }

  /** Asks anew for everything about topics of which messages may have been missed. */
  recheck(topics: readonly string[]): void {
    for (const topic of topics) {
      const entry = this.#topics.get(topic);
      if (entry === undefined || !entry.isConfirmed) continue;
      entry.knowsEvent = false;
      this.#complete(entry);
    }
  }

  #want(entry: TopicInterest): void {
    this.#wanted.push(entry);
    if (this.#wanted.length > 1) return;
    this.#parts.defer(() => {
      const wanted = this.#wanted.splice(0);
      if (wanted.length > 0) void this.#subscribe(wanted);
    });
  }

  async #subscribe(entries: readonly TopicInterest[]): Promise<void> {
    try {
      await this.#parts.link.subscribe(entries.map(({ channel }) => channel));
    } catch (error) {
      // An outage has been told to the owner; whatever else Redis says concerns how it is set up.
      if (!(error instanceof Error) || error instanceof LinkDown || !this.#isListening) return;
      this.#parts.refused(error);
      for (const entry of entries) entry.becomeReady();
      return;
    }
    if (!this.#isListening) return;
    for (const entry of entries) {
      // Given up meanwhile, or of a time before an outage.
      if (this.#topics.get(entry.topic) !== entry) continue;
      entry.isConfirmed = true;
      this.#complete(entry);
    }
  }

  /** Fetches what belongs to a topic besides its events, then lets its subscribers go on. */
  #complete(entry: TopicInterest): void {
    const { presence, interest } = entry;
    let missing = 1;
    const done = (): void => {
      // Somebody may have left and come again meanwhile: those wait for their own answer.
      if (--missing === 0 && entry.interest === interest) entry.becomeReady();
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

  /** The order matters: what was published before the answer has come through the channel once the barrier is passed. */
  #fetchEvent(entry: TopicInterest, done: () => void): void {
    const { batch, keys, link, cached } = this.#parts;
    batch.add(["GET", keys.event(entry.topic)], (frame) => {
      const pass = (): void => {
        if (!entry.knowsEvent) cached(entry.topic, typeof frame === "string" ? frame : undefined);
        entry.knowsEvent = true;
        done();
      };
      link.barrier(entry.channel).then(pass, () => {
        // The link went down, which has everyone go on.
      });
    });
  }
}
