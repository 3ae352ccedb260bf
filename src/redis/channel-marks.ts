import type { RedisPair } from "./redis-pair.ts";

/** One call to subscribe, at one server. */
export interface Mark {
  readonly pair: RedisPair;
  confirmed: boolean;
}

/** Which channels are subscribed, where, and whether Redis has confirmed it. */
export class ChannelMarks {
  readonly #marks = new Map<string, Mark>();

  /** The channels that a pair has not confirmed yet, each once. */
  missing(channels: readonly string[]): string[] {
    return [...new Set(channels)].filter((channel) => this.#marks.get(channel)?.confirmed !== true);
  }

  /** Notes that channels are being subscribed. */
  begin(channels: readonly string[], pair: RedisPair): Mark {
    const mark: Mark = { pair, confirmed: false };
    for (const channel of channels) this.#marks.set(channel, mark);
    return mark;
  }

  /** Forgets channels and gives them by the pair that has them; those that no pair has are left out. */
  end(channels: readonly string[]): Map<RedisPair, string[]> {
    const byPair = new Map<RedisPair, string[]>();
    for (const channel of channels) {
      const mark = this.#marks.get(channel);
      if (mark === undefined) continue;
      this.#marks.delete(channel);
      gather(byPair, mark.pair, channel);
    }
    return byPair;
  }

  /** The channels that are subscribed at another pair than the one that should have them. */
  misplaced(pairOf: (channel: string) => RedisPair): string[] {
    return [...this.#marks].filter(([channel, { pair }]) => pair !== pairOf(channel)).map(([channel]) =>
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
