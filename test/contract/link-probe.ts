import { createRedisLink } from "../../src/redis/create-redis-link.ts";
import type { LinkState, RedisInfo, RedisLink } from "../../src/redis/redis-link.ts";
import type { RedisConfig } from "../../src/config/config.ts";
import { eventually } from "../support/eventually.ts";

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
  readonly #given = new Set<Told>();

  /** Redis counts as away after `commandTimeout` seconds, by default so many that it never does because the machine is busy. */
  constructor(config: RedisConfig, commandTimeout = 10) {
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

  /** Resolves with the first thing of a kind that was told and not given out yet. */
  async next<K extends Told["kind"]>(kind: K): Promise<Extract<Told, { kind: K }>> {
    for (;;) {
      const told = this.told.find((each): each is Extract<Told, { kind: K }> =>
        each.kind === kind && !this.#given.has(each)
      );
      if (told !== undefined) {
        this.#given.add(told);
        return told;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Resolves when the link is in a state: for a link with a short timeout, which may go down and up on a busy machine as well. */
  async is(state: LinkState): Promise<void> {
    await eventually(() => this.link.state, (seen) => seen === state);
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
