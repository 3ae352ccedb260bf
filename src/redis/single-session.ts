import { SubscribedChannels } from "./subscribed-channels.ts";
import type { RedisPair } from "./redis-pair.ts";
import type { RedisCommand, RedisInfo } from "./redis-link.ts";
import { type RedisSession, wrongServer } from "./redis-session.ts";

/** A session with one server. */
export class SingleSession implements RedisSession {
  readonly info: RedisInfo;
  readonly #pair: RedisPair;
  readonly #channels = new SubscribedChannels();
  readonly #lost: (reason: string) => void;
  readonly #stopWatch: () => void;

  /**
   * Takes over an open pair, whose owner MUST call `lost` when it is lost. `watch` starts a watch that may end the session too, with
   * a reason, and returns what stops the watch.
   */
  constructor(
    pair: RedisPair,
    mode: "single" | "sentinel",
    lost: (reason: string) => void,
    watch: (end: (reason: string) => void) => () => void = () => () => undefined,
  ) {
    const { runId, version, kind } = pair.info;
    this.info = { runId, version, kind, mode, sharded: false };
    this.#pair = pair;
    this.#lost = lost;
    this.#stopWatch = watch((reason) => this.#end(reason));
  }

  async run(commands: readonly RedisCommand[]): Promise<readonly unknown[]> {
    const results = await this.#pair.run(commands);
    const wrong = wrongServer(results);
    if (wrong !== undefined) this.#end(wrong);
    return results;
  }

  async subscribe(channels: readonly string[]): Promise<void> {
    const missing = this.#channels.missing(channels);
    if (missing.length === 0) return;
    const call = this.#channels.begin(missing, this.#pair);
    await this.#pair.subscribe(missing);
    call.confirmed = true;
  }

  unsubscribe(channels: readonly string[]): void {
    for (const [pair, its] of this.#channels.end(channels)) pair.unsubscribe(its, false);
  }

  async barrier(): Promise<void> {
    await this.#pair.barrier();
  }

  close(): void {
    this.#stopWatch();
    this.#pair.close();
  }

  #end(reason: string): void {
    this.#stopWatch();
    this.#pair.close(reason);
    this.#lost(reason);
  }
}
