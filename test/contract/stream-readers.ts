import type { RedisConfig } from "../../src/config/config.ts";
import { Log } from "../../src/monitoring/log.ts";
import { StreamCounters, type StreamOutcome } from "../../src/monitoring/stream-counters.ts";
import { createRedisLink } from "../../src/redis/create-redis-link.ts";
import type { RedisLink } from "../../src/redis/redis-link.ts";
import { redisPlace } from "../../src/redis/redis-place.ts";
import { EventStreams } from "../../src/cluster/streams/event-streams.ts";
import type { StreamEntry } from "../../src/cluster/streams/read-taken.ts";
import { StreamKeys } from "../../src/redis/stream-keys.ts";
import { eventually } from "../support/eventually.ts";

/** What one reader has delivered. */
export interface Delivered {
  readonly reader: string;
  /** The `body` of the entry. */
  readonly body: string;
}

/** How readers of a test behave. */
export interface ReaderWishes {
  readonly leaseSeconds?: number;
  readonly startDelay?: number;
  /** Milliseconds that readers are ahead of the real time; what they wait for is then called by `pass`. */
  readonly clock?: StreamClock;
  /** What becomes of an entry. */
  readonly outcome?: (entry: StreamEntry) => StreamOutcome | Promise<StreamOutcome>;
}

/** A clock that a test moves. */
export class StreamClock {
  #ahead = 0;
  #waiting: (() => void)[] = [];

  now(): number {
    return performance.now() + this.#ahead;
  }

  /** What waits for a time. */
  get waiting(): number {
    return this.#waiting.length;
  }

  wait(then: () => void): void {
    this.#waiting.push(then);
  }

  /** So many milliseconds have passed, and with them the time of all that waits. */
  pass(milliseconds: number): void {
    this.#ahead += milliseconds;
    for (const then of this.#waiting.splice(0)) then();
  }
}

/** A process that reads, as far as Redis sees one. */
export interface TestReader {
  readonly name: string;
  readonly streams: EventStreams;
  readonly counters: StreamCounters;
  /** The streams that it owns. */
  owned(): number[];
  /** Ends without a word to Redis, as a process that is killed. */
  die(): Promise<void>;
}

/** Readers of one Redis, and all that they have delivered, in order. */
export class StreamReaders implements AsyncDisposable {
  readonly keys: StreamKeys;
  readonly delivered: Delivered[] = [];
  readonly lines: string[] = [];
  readonly #config: RedisConfig;
  readonly #wishes: ReaderWishes;
  readonly #readers = new Set<TestReader>();
  #count = 0;

  constructor(config: RedisConfig, prefix: string, wishes: ReaderWishes = {}) {
    this.#config = config;
    this.#wishes = wishes;
    this.keys = new StreamKeys(prefix);
  }

  /** Those that have not ended. */
  get alive(): readonly TestReader[] {
    return [...this.#readers];
  }

  /** The bodies that were delivered. */
  get bodies(): string[] {
    return this.delivered.map(({ body }) => body);
  }

  /** Starts one more. */
  open(): TestReader {
    const name = `r${++this.#count}`, counters = new StreamCounters();
    const { leaseSeconds = 60, startDelay = 0, outcome = () => "delivered" as const } = this.#wishes;
    let link: RedisLink | undefined, isDead = false;
    const { clock } = this.#wishes, now = (): number => clock?.now() ?? performance.now();
    const streams = new EventStreams({
      ...{ leaseSeconds, startDelay, counters, now, random: Math.random, keys: this.keys, reader: name },
      place: redisPlace(this.#config),
      log: new Log("text", (line) => void this.lines.push(line), () => new Date(0)),
      link: (events) =>
        link = createRedisLink(this.#config, events, { commandTimeout: 5, now, random: Math.random }),
      deliver: async (entry) => {
        const became = await outcome(entry);
        if (!isDead) this.delivered.push({ reader: name, body: entry.body });
        return became;
      },
      every(milliseconds, call) {
        const timer = setInterval(() => isDead || call(), milliseconds);
        return () => clearInterval(timer);
      },
      after: (milliseconds, then) => void (clock?.wait(then) ?? setTimeout(then, milliseconds)),
      published: () => new Promise((resolve) => setImmediate(resolve)),
      fault: (fault) => void this.lines.push(`fault: ${String(fault)}`),
    });
    const reader: TestReader = {
      ...{ name, streams, counters },
      owned: () => [...counters.owned.keys()].sort((a, b) => a - b),
      die: async () => {
        isDead = true;
        this.#readers.delete(reader);
        await link?.stop();
      },
    };
    this.#readers.add(reader);
    streams.start();
    return reader;
  }

  /** Ends a reader as a server that is stopped. */
  async stop(reader: TestReader): Promise<void> {
    this.#readers.delete(reader);
    await reader.streams.stop();
  }

  /** Resolves when all readers have lost their Redis, by what is done to it, and have it back. */
  async reconnected(cut: () => Promise<unknown>): Promise<void> {
    const times = (): number => this.lines.filter((line) => line.includes("Reads the event streams")).length;
    await eventually(() => this.alive.every(({ counters }) => counters.redisUp === 1));
    const before = times();
    await cut();
    await eventually(times, (after) => after >= before + this.#readers.size);
  }

  /** Resolves when all streams have one owner, and each reader has its share. */
  async settled(): Promise<void> {
    const share = Math.ceil(16 / this.#readers.size);
    await eventually(
      () => this.alive.map((reader) => reader.owned()),
      (all) =>
        all.every((owned) => owned.length <= share) && new Set(all.flat()).size === 16 &&
        all.flat().length === 16,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.alive.map((reader) => this.stop(reader)));
  }
}
