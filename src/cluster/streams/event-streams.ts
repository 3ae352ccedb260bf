import type { Log } from "../../monitoring/log.ts";
import { LinkDown, type RedisInfo, type RedisLink, type RedisLinkEvents } from "../../redis/redis-link.ts";
import { OwnedStream, type OwnedStreamParts } from "./owned-stream.ts";
import { fairShare, StreamShare } from "./stream-share.ts";

/** What the streams of a process are made of. */
export interface EventStreamsParts extends Omit<OwnedStreamParts, "link" | "refused" | "lost"> {
  readonly link: (events: RedisLinkEvents) => RedisLink;
  /** Where Redis is, in words. */
  readonly place: string;
  /** Seconds that events are held back which have waited for a server. */
  readonly startDelay: number;
  readonly log: Log;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Calls again and again, so many milliseconds apart, until the answer is called. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
}

/** Milliseconds between the claim of a stream and its first delivery, where another process may have been the owner a moment ago. */
const SETTLE = 200;

/**
 * The streams that this process reads. All processes that read share them evenly: each says that it is alive, and owns as many streams as
 * fall to it. One that joins gets those that others give away; those of one that ends or dies are free.
 */
export class EventStreams {
  readonly #parts: EventStreamsParts;
  readonly #link: RedisLink;
  readonly #share: StreamShare;
  readonly #owned = new Map<number, OwnedStream>();
  readonly #ownedParts: OwnedStreamParts;
  /** Given away while Redis could not be asked. */
  readonly #ungiven = new Set<OwnedStream>();
  #isReading = false;
  #paused = Promise.resolve();
  #stopped: Promise<void> | undefined;
  /** The others know of this reader. */
  #isKnown = false;
  #isBalancing = false;
  #isAsked = false;
  #stopTimer: (() => void) | undefined;
  #downSince: number | undefined;
  /** Streams of others are not claimed before: after an outage in which leases may have ended their owners claim them again. */
  #claimsFrom = 0;
  /** What Redis has refused, and was logged. */
  #refusal: string | undefined;

  constructor(parts: EventStreamsParts) {
    this.#parts = parts;
    const link = this.#link = parts.link({
      up: (info) => this.#up(info),
      down: (reason) => this.#down(reason),
      message: (channel) => this.#message(channel),
      moved: () => this.#tick(),
    });
    this.#share = new StreamShare({ ...parts, link });
    this.#ownedParts = {
      ...parts,
      link,
      refused: (stream, error) => this.#refused(stream, error),
      lost: (stream) => {
        this.#forget(stream);
        void this.#balance();
      },
    };
  }

  /** Begins to read. MUST be called once. */
  start(): void {
    const { every, leaseSeconds } = this.#parts;
    if (this.#stopped !== undefined) return;
    this.#isReading = true;
    this.#link.start();
    this.#stopTimer = every(leaseSeconds * 1000 / 3, () => this.#tick());
  }

  /** Gives all streams away, and takes none until `goOn`. Never rejects: without Redis the leases end by themselves. */
  pause(): Promise<void> {
    if (!this.#isReading) return this.#paused;
    this.#isReading = this.#isKnown = false;
    return this.#paused = this.#pause();
  }

  async #pause(): Promise<void> {
    await this.#give([...this.#owned.values()]);
    await this.#share.leave().catch((error: unknown) => this.#failed(error));
    await this.#announce();
  }

  /** Reads again after `pause`. */
  goOn(): void {
    if (this.#stopped !== undefined) return;
    this.#isReading = true;
    void this.#balance();
  }

  /** Gives all streams away and ends. Entries that wait stay in Redis, for the next server. */
  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  async #stop(): Promise<void> {
    this.#stopTimer?.();
    await this.pause();
    await this.#link.stop();
  }

  #up({ version }: RedisInfo): void {
    const { counters, log, place, keys, now, leaseSeconds } = this.#parts;
    counters.redisUp = 1;
    const lease = leaseSeconds * 1000, since = this.#downSince;
    if (since !== undefined && now() - since > lease / 2) this.#claimsFrom = now() + lease;
    this.#downSince = undefined;
    log.info("stream_reads", `Reads the event streams of Redis ${version} at ${place}`);
    this.#listen(keys.changed);
    for (const stream of this.#owned.values()) {
      this.#listen(keys.wake(stream.number));
      stream.again();
    }
    void this.#giveAgain().then(() => this.#balance());
  }

  #down(reason: string): void {
    const { counters, log, place, now } = this.#parts;
    counters.redisUp = 0;
    // Before the first time there is nothing that others could have lost.
    if (this.#isKnown) this.#downSince = now();
    const message = `No event streams are read until Redis at ${place} is back: ${reason}`;
    log.warning("stream_away", message);
  }

  #message(channel: string): void {
    const { keys } = this.#parts;
    if (channel === keys.changed) return void this.#balance();
    for (const stream of this.#owned.values()) {
      if (keys.wake(stream.number) === channel) return stream.look();
    }
  }

  #tick(): void {
    if (this.#link.state !== "up") return;
    for (const stream of this.#owned.values()) stream.look(true);
    void this.#balance();
  }

  /** Finds the share of this process and changes what it owns; once more where it is asked to meanwhile. Never rejects. */
  async #balance(): Promise<void> {
    this.#isAsked = true;
    if (this.#isBalancing) return;
    this.#isBalancing = true;
    while (this.#isAsked) {
      this.#isAsked = false;
      await this.#balanceOnce().catch((error: unknown) => this.#failed(error));
    }
    this.#isBalancing = false;
  }

  async #balanceOnce(): Promise<void> {
    const { counters, now, startDelay } = this.#parts, owned = this.#owned;
    if (!this.#isReading || this.#link.state !== "up") return;
    const { count, age, since } = await this.#share.enrol();
    counters.readers = count;
    if (!this.#isKnown) {
      this.#isKnown = true;
      if (count > 1) await this.#announce();
    }
    const missing = fairShare(count) - owned.size;
    if (missing < 0) {
      await this.#give([...owned.values()].slice(missing));
      return await this.#announce();
    }
    if (missing === 0 || now() < this.#claimsFrom) return;
    const free = await this.#share.free(owned);
    const beginning = { settle: count > 1 ? SETTLE : 0, hold: startDelay * 1000 - age, since };
    for (const number of free.slice(0, missing)) {
      if (!this.#isReading) return;
      const stream = new OwnedStream(number, this.#ownedParts, beginning);
      owned.set(number, stream);
      this.#listen(this.#parts.keys.wake(number));
      stream.look();
    }
  }

  /** Listens to a channel; where that fails, entries are found with the next tick. */
  #listen(channel: string): void {
    this.#link.subscribe([channel]).then(
      () => this.#message(channel),
      (error: unknown) => this.#failed(error),
    );
  }

  async #give(streams: readonly OwnedStream[]): Promise<void> {
    for (const stream of streams) this.#forget(stream);
    await Promise.all(streams.map(async (stream) => {
      if (!await stream.give()) this.#ungiven.add(stream);
    }));
  }

  /** What was given away while Redis could not be asked has this process as its owner still. */
  async #giveAgain(): Promise<void> {
    const streams = [...this.#ungiven];
    if (streams.length === 0) return;
    for (const stream of streams) if (await stream.give()) this.#ungiven.delete(stream);
    await this.#announce();
  }

  #forget(stream: OwnedStream): void {
    if (this.#owned.get(stream.number) === stream) this.#owned.delete(stream.number);
    this.#link.unsubscribe([this.#parts.keys.wake(stream.number)]);
  }

  /** All readers look at once how many they are, and which streams are free. */
  async #announce(): Promise<void> {
    const message = this.#link.publishCommand(this.#parts.keys.changed, "");
    await this.#link.run([message]).catch((error: unknown) => this.#failed(error));
  }

  /** Redis is there and refuses: without rights, without memory, or where another program has written to the key. */
  #refused(stream: number, error: Error): void {
    const { keys } = this.#parts;
    this.#failed(error);
    if (!error.message.includes("WRONGTYPE")) return;
    const commands = [["DEL", keys.entries(stream), keys.owner(stream)]] as const;
    this.#link.run(commands).catch((reason: unknown) => this.#failed(reason));
  }

  #failed(error: unknown): void {
    // An outage is logged when it begins, and what was under way is done again after it.
    if (error instanceof LinkDown) return;
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#refusal) return;
    this.#refusal = reason;
    const { log, place } = this.#parts;
    log.warning("stream_refused", `Redis at ${place} refuses what reading events takes: ${reason}`);
  }
}
