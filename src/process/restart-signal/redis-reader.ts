import type { RedisConfig } from "../../config/config.ts";
import { connectRedis, type RedisConnection } from "../../redis/connect-redis.ts";
import { redisPlace } from "../../redis/redis-place.ts";
import type { SignalReader } from "./restart-signal-watch.ts";

/** Reads the entry of Laravel's `redis` store, on a connection that is made anew after a failure. */
export class RedisReader implements SignalReader {
  readonly place: string;
  readonly #config: RedisConfig;
  readonly #key: string;
  #connection: RedisConnection | undefined;

  constructor(config: RedisConfig, key: string) {
    this.place = `Redis at ${redisPlace(config)}`;
    this.#config = config;
    this.#key = key;
  }

  async read(): Promise<string | undefined> {
    try {
      this.#connection ??= await connectRedis(this.#config);
      return await this.#connection.get(this.#key) ?? undefined;
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
}
