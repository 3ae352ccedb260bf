import type { RedisConfig } from "../../config/config.ts";
import { RedisOnDemand } from "../../redis/redis-on-demand.ts";
import type { SignalReader } from "./restart-signal-watch.ts";

/** Reads the entry of Laravel's `redis` store. */
export class RedisReader implements SignalReader {
  readonly place: string;
  readonly #redis: RedisOnDemand;
  readonly #key: string;

  constructor(config: RedisConfig, key: string) {
    this.#redis = new RedisOnDemand(config);
    this.place = this.#redis.place;
    this.#key = key;
  }

  async read(): Promise<string | undefined> {
    return await this.#redis.use((connection) => connection.get(this.#key)) ?? undefined;
  }

  close(): Promise<void> {
    return this.#redis.close();
  }
}
