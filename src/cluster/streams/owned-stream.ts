import type { StreamCounters, StreamOutcome } from "../../monitoring/stream-counters.ts";
import { LinkDown, type RedisLink } from "../../redis/redis-link.ts";
import { ageOf, readTaken, type StreamEntry, type Taken } from "./read-taken.ts";
import { RecentIds } from "./recent-ids.ts";
import type { StreamKeys } from "../../redis/stream-keys.ts";
import { GIVE, TAKE } from "./stream-scripts.ts";

/** What all streams of a reader share. */
export interface OwnedStreamParts {
  readonly link: Pick<RedisLink, "run">;
  readonly keys: StreamKeys;
  /** Names this reader among all. */
  readonly reader: string;
  readonly leaseSeconds: number;
  readonly counters: StreamCounters;
  /** Sends one event out. Never rejects. */
  readonly deliver: (entry: StreamEntry) => Promise<StreamOutcome>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Calls back after so many milliseconds. */
  readonly after: (milliseconds: number, then: () => void) => void;
  /** Resolves when what this turn of the event loop publishes has been handed to the other nodes. */
  readonly published: () => Promise<void>;
  /** Redis has refused what a stream needs, with the reason. */
  readonly refused: (stream: number, error: Error) => void;
  /** Another reader has the stream. */
  readonly lost: (stream: OwnedStream) => void;
  /** A defect of the server. */
  readonly fault: (fault: unknown) => void;
}

/** How a stream begins with a new owner, in milliseconds. */
export interface Beginning {
  /** Nothing is delivered before: what the former owner has published is on its way to this node. */
  readonly settle: number;
  /** What has waited since there was no reader is delivered only then. */
  readonly hold: number;
  /** Since when there have been readers, by Redis's clock. */
  readonly since: number;
}

/** Entries that are taken at a time, so many are delivered twice at most when the owner dies. */
const AT_ONCE = 100;

/**
 * A stream that this process owns: takes entries in their order, delivers each, and then deletes it. It is the owner only as long as its
 * lease lasts by its own clock, which began to run before Redis's did; so two owners never deliver at the same time.
 */
export class OwnedStream {
  readonly number: number;
  readonly #parts: OwnedStreamParts;
  readonly #beginning: Beginning;
  #notBefore: number;
  /** Time until which the lease is certain. */
  #validUntil = 0;
  /** Ids of entries that were delivered, and are still in Redis. */
  #delivered: string[] = [];
  readonly #recent = new RecentIds();
  #running: Promise<void> | undefined;
  #isAsked = false;
  /** Nothing more is delivered. */
  #isGiven = false;
  #isLost = false;
  #isNew = true;
  #isWaiting = false;

  constructor(number: number, parts: OwnedStreamParts, beginning: Beginning) {
    this.number = number;
    this.#parts = parts;
    this.#beginning = beginning;
    this.#notBefore = parts.now() + beginning.settle;
  }

  /** Looks for entries, and renews the lease; while it delivers, only the latter. Call it for each message of Redis, and regularly. */
  look(isRegular = false): void {
    if (this.#isGiven) return;
    if (this.#running === undefined) {
      this.#running = this.#run().catch((error: unknown) => this.#failed(error)).then(() => {
        this.#running = undefined;
        if (this.#isAsked) this.look();
        if (this.#isLost) void this.#end();
      });
    } else if (isRegular) void this.#take(0, []).catch((error: unknown) => this.#failed(error));
    else this.#isAsked = true;
  }

  /**
   * Ends after the entry that is being delivered, and gives the stream away. Resolves with whether Redis has heard of it: otherwise it is to
   * be called again, or the lease ends by itself. Never rejects.
   */
  async give(): Promise<boolean> {
    this.#isGiven = true;
    await this.#running;
    await this.#parts.published();
    return await this.#end();
  }

  /** Deletes what was delivered last, also where another reader has the stream already. */
  async #end(): Promise<boolean> {
    const { link, keys, reader, counters } = this.#parts;
    counters.owned.delete(this.number);
    const names = [keys.owner(this.number), keys.entries(this.number)];
    try {
      await link.run([{ script: GIVE, keys: names, args: [reader, ...this.#delivered] }]);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    }
  }

  /** The link is back: it may have been lost in a call, so that what is known of the lease is old. */
  again(): void {
    this.#validUntil = 0;
    this.look();
  }

  async #run(): Promise<void> {
    const { now } = this.#parts;
    do {
      this.#isAsked = false;
      const taken = await this.#take(AT_ONCE, this.#delivered);
      if (taken === undefined) return;
      if (this.#isNew) this.#begin(taken);
      this.#isNew = false;
      const wait = this.#notBefore - now();
      if (wait > 0) return this.#wait(wait);
      await this.#deliver(taken);
      this.#isAsked ||= taken.entries.length > 0;
    } while (this.#isAsked && !this.#isGiven);
  }

  #wait(milliseconds: number): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#parts.after(milliseconds, () => {
      this.#isWaiting = false;
      this.look();
    });
  }

  #begin({ entries: [first], now: redisNow }: Taken): void {
    const { hold, since } = this.#beginning;
    if (first === undefined || ageOf(first, redisNow) <= redisNow - since) return;
    this.#notBefore = Math.max(this.#notBefore, this.#parts.now() + hold);
  }

  async #deliver({ now: redisNow, entries }: Taken): Promise<void> {
    const { now, deliver, counters, published } = this.#parts, takenAt = now();
    for (const entry of entries) {
      if (this.#isGiven || now() >= this.#validUntil) break;
      // After a failover to a replica an entry may be there again that was deleted.
      if (!this.#recent.has(entry.id)) {
        const age = ageOf(entry, redisNow) + now() - takenAt;
        counters.entries[await deliver(entry)]++;
        counters.delay.observe(age / 1000);
        this.#recent.add(entry.id);
      }
      this.#delivered.push(entry.id);
    }
    if (entries.length > 0) await published();
  }

  /** `undefined` where the stream has another owner, or Redis refuses. Rejects with `LinkDown`. */
  async #take(count: number, delivered: readonly string[]): Promise<Taken | undefined> {
    const { link, keys, reader, leaseSeconds, now, lost, refused } = this.#parts;
    const lease = Math.ceil(leaseSeconds * 1000), since = now();
    const names = [keys.owner(this.number), keys.entries(this.number)];
    const [answer] = await link.run([{
      script: TAKE,
      keys: names,
      args: [reader, lease, count, ...delivered],
    }]);
    if (answer instanceof Error) return refused(this.number, answer), undefined;
    if (count > 0) this.#delivered = [];
    if (this.#isGiven) return undefined;
    const taken = readTaken(answer);
    if (taken === undefined) {
      this.#isGiven = this.#isLost = true;
      return lost(this), undefined;
    }
    this.#validUntil = Math.max(this.#validUntil, since + lease);
    if (count > 0) this.#count(taken);
    return taken;
  }

  #count({ entries: [first], length, now }: Taken): void {
    const oldest = first === undefined ? 0 : ageOf(first, now) / 1000;
    this.#parts.counters.owned.set(this.number, { waiting: length, oldest });
  }

  #failed(error: unknown): void {
    // It is noticed where the link is, and `again` comes when Redis is back.
    if (!(error instanceof LinkDown)) this.#parts.fault(error);
  }
}
