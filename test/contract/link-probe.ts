import { createRedisLink } from "../../src/redis/create-redis-link.ts";
import type { RedisInfo, RedisLink } from "../../src/redis/redis-link.ts";
import type { RedisConfig } from "../../src/config/config.ts";

/** What a link told, in the order in which it did. */
export type Told =
  | { readonly kind: "up"; readonly info: RedisInfo }
  | { readonly kind: "down"; readonly reason: string }
  | { readonly kind: "moved"; readonly channels: readonly string[] };

/** A started link that remembers what it tells. */
export class LinkProbe implements AsyncDisposable {
  readonly link: RedisLink;
  readonly told: Told[] = [];
  readonly messages: [channel: string, payload: string][] = [];
  #waiting: (() => void)[] = [];
  #next = 0;

  constructor(config: RedisConfig, commandTimeout = 2) {
    this.link = createRedisLink(config, {
      up: (info) => this.#tell({ kind: "up", info }),
      down: (reason) => this.#tell({ kind: "down", reason }),
      moved: (channels) => this.#tell({ kind: "moved", channels }),
      message: (channel, payload) => {
        this.messages.push([channel, payload]);
        this.#wake();
      },
    }, { commandTimeout, now: () => performance.now(), random: Math.random });
    this.link.start();
  }

  /** Resolves with the next thing of a kind that was told since the last time one was asked for. */
  async next<K extends Told["kind"]>(kind: K): Promise<Extract<Told, { kind: K }>> {
    for (;;) {
      for (; this.#next < this.told.length; this.#next++) {
        const told = this.told[this.#next];
        if (told?.kind === kind) {
          this.#next++;
          return told as Extract<Told, { kind: K }>;
        }
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.stop();
  }

  #tell(told: Told): void {
    this.told.push(told);
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
