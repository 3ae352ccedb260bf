import type { RedisPair } from "./redis-pair.ts";

/** One call to subscribe, on one pair of connections. */
export interface SubscribeCall {
  readonly pair: RedisPair;
  confirmed: boolean;
}

/** The channels that are subscribed: each on which pair of connections, and whether Redis has confirmed it. */
export class SubscribedChannels {
  readonly #calls = new Map<string, SubscribeCall>();

  /** The channels that Redis has not confirmed yet, each once. */
  missing(channels: readonly string[]): string[] {
    return [...new Set(channels)].filter((channel) => this.#calls.get(channel)?.confirmed !== true);
  }

  /** Notes that channels are subscribed now; the caller sets `confirmed` on what it returns. */
  begin(channels: readonly string[], pair: RedisPair): SubscribeCall {
    const call: SubscribeCall = { pair, confirmed: false };
    for (const channel of channels) this.#calls.set(channel, call);
    return call;
  }

  /** Forgets channels and returns them by the pair that they are subscribed on; unknown ones are left out. */
  end(channels: readonly string[]): Map<RedisPair, string[]> {
    const byPair = new Map<RedisPair, string[]>();
    for (const channel of channels) {
      const call = this.#calls.get(channel);
      if (call === undefined) continue;
      this.#calls.delete(channel);
      gather(byPair, call.pair, channel);
    }
    return byPair;
  }

  /** The channels that are subscribed on another pair than `pairOf` says. */
  misplaced(pairOf: (channel: string) => RedisPair): string[] {
    return [...this.#calls].filter(([channel, { pair }]) => pair !== pairOf(channel)).map(([channel]) =>
      channel
    );
  }
}

/** Adds a value to the list of its key. */
export function gather<K, V>(into: Map<K, V[]>, key: K, value: V): void {
  const list = into.get(key);
  if (list === undefined) into.set(key, [value]);
  else list.push(value);
}
