/** How many streams there are. Laravel chooses one by the channel's name, so that a change breaks the order of what waits. */
export const STREAMS = 16;

/**
 * The names of the keys and channels of the streams in Redis. Those of one stream share a hash tag (the part in braces), so that one
 * script can use them together in a Redis Cluster. The package for Laravel writes `entries` and `wake` under the same names.
 */
export class StreamKeys {
  /** Sorted set: reader -> end of its lease, in milliseconds of Redis's own clock. */
  readonly readers: string;
  /** Text: since when there have been readers without a break, by the same clock. */
  readonly since: string;
  /** Channel: a reader has given streams away. */
  readonly changed: string;
  readonly #prefix: string;

  /** `prefix` MUST have no braces. */
  constructor(prefix: string) {
    this.#prefix = `${prefix}stream:`;
    this.readers = `${this.#prefix}{readers}:alive`;
    this.since = `${this.#prefix}{readers}:since`;
    this.changed = `${this.#prefix}{readers}:changed`;
  }

  /** The stream itself: an entry an event, with the fields `app`, `auth` and `body`. */
  entries(stream: number): string {
    return `${this.#prefix}{${stream}}:entries`;
  }

  /** Text: the reader that owns the stream; expires by itself. */
  owner(stream: number): string {
    return `${this.#prefix}{${stream}}:owner`;
  }

  /** Channel: the stream was empty, and has an entry now. */
  wake(stream: number): string {
    return `${this.#prefix}{${stream}}:wake`;
  }
}
