import type { PulseTrim, RedisConfig } from "../config/config.ts";
import { connectRedis, type RedisConnection } from "../redis/connect-redis.ts";
import { redisPlace } from "../redis/redis-place.ts";
import type { MinuteCount } from "./message-counts.ts";
import { pulseEntry } from "./pulse-entry.ts";
import type { PulseStore } from "./pulse-recorder.ts";

/** Entries in one transaction; they keep Redis busy for a few milliseconds. */
const AT_ONCE = 1000;

/** What a store in Redis needs. */
export interface RedisStoreOptions {
  readonly connection: RedisConfig;
  /** Key of Pulse's stream, with its prefix. */
  readonly stream: string;
  readonly trim: PulseTrim;
  /** Seconds since 1970. */
  readonly now: () => number;
}

/**
 * Adds to Pulse's stream in Redis, which `php artisan pulse:work` moves to Pulse's storage. Each message is an entry, since the worker
 * counts entries. Each write trims the stream, so that it does not grow for ever while no worker runs.
 */
export class RedisStore implements PulseStore {
  readonly place: string;
  readonly #options: RedisStoreOptions;
  #connection: RedisConnection | undefined;

  constructor(options: RedisStoreOptions) {
    this.place = `Redis at ${redisPlace(options.connection)}`;
    this.#options = options;
  }

  async write(counts: readonly MinuteCount[]): Promise<readonly MinuteCount[]> {
    try {
      return await this.#write(counts);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  close(): Promise<void> {
    this.#connection?.disconnect();
    this.#connection = undefined;
    return Promise.resolve();
  }

  async #write(counts: readonly MinuteCount[]): Promise<readonly MinuteCount[]> {
    const connection = this.#connection ??= await connectRedis(this.#options.connection);
    const { stream } = this.#options, some = firstOf(counts);
    // All or nothing, so that a second try adds no entry twice.
    const transaction = connection.multi();
    for (const each of some) {
      const entry = pulseEntry(each);
      for (let n = 0; n < each.count; n++) transaction.xadd(stream, "*", "data", entry);
    }
    const trim = this.#trim();
    if (trim !== undefined) transaction.call("XTRIM", stream, ...trim);
    for (const [error] of await transaction.exec() ?? []) if (error !== null) throw error;
    return some;
  }

  #trim(): string[] | undefined {
    const { trim, now } = this.#options;
    switch (trim.kind) {
      case "none":
        return undefined;
      case "entries":
        return ["MAXLEN", "~", String(trim.entries)];
      case "age":
        return ["MINID", "~", String((now() - trim.seconds) * 1000)];
    }
  }
}

/** The first {@link AT_ONCE} messages of the counts; a count may be split. */
function firstOf(counts: readonly MinuteCount[]): readonly MinuteCount[] {
  const some: MinuteCount[] = [];
  let room = AT_ONCE;
  for (const each of counts) {
    if (room === 0) break;
    const count = Math.min(each.count, room);
    some.push({ ...each, count });
    room -= count;
  }
  return some;
}
