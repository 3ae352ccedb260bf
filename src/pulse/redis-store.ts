import type { PulseTrim, RedisConfig } from "../config/config.ts";
import type { RedisConnection } from "../redis/connect-redis.ts";
import { RedisOnDemand } from "../redis/redis-on-demand.ts";
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
  readonly #redis: RedisOnDemand;

  constructor(options: RedisStoreOptions) {
    this.#redis = new RedisOnDemand(options.connection);
    this.place = this.#redis.place;
    this.#options = options;
  }

  write(counts: readonly MinuteCount[]): Promise<readonly MinuteCount[]> {
    return this.#redis.use((connection) => this.#write(connection, counts));
  }

  close(): Promise<void> {
    return this.#redis.close();
  }

  async #write(
    connection: RedisConnection,
    counts: readonly MinuteCount[],
  ): Promise<readonly MinuteCount[]> {
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
