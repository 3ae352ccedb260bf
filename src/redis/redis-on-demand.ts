import type { RedisConfig } from "../config/config.ts";
import { connectRedis, type RedisConnection } from "./connect-redis.ts";
import { redisPlace } from "./redis-place.ts";

/** Redis for commands now and then. The connection opens with the first use, and anew with the next use after a failure. */
export class RedisOnDemand {
  /** Names the server in messages, without secrets. */
  readonly place: string;
  readonly #config: RedisConfig;
  #connection: RedisConnection | undefined;

  constructor(config: RedisConfig) {
    this.place = `Redis at ${redisPlace(config)}`;
    this.#config = config;
  }

  /** Runs commands on the connection. Rejects as `work` does, and when Redis cannot be reached. */
  async use<T>(work: (connection: RedisConnection) => Promise<T>): Promise<T> {
    try {
      this.#connection ??= await connectRedis(this.#config);
      return await work(this.#connection);
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
