import type { Connection } from "../hub/connections/connection.ts";

/** Messages of one client that are kept at most, and their bytes, counted as UTF-16 (two bytes a character). */
export const MOST_EARLY_MESSAGES = 1000, MOST_EARLY_BYTES = 262_144;

/** Bytes that they may take for all clients of an application that wait at a time. */
export const MOST_EARLY_BYTES_OF_ALL = 33_554_432;

/** Bytes that the clients of an application take together with messages that are kept. */
export interface EarlyBytes {
  earlyBytes: number;
}

/**
 * A client that waits for its admission, with the messages that it has sent meanwhile: they are handled, in their order, once the
 * connection is established. In a cluster the admission is a question to Redis, and some clients do not wait for the first frame of
 * the server before they subscribe.
 */
export class EarlyMessages {
  readonly connection: Connection;
  readonly #all: EarlyBytes;
  #frames: (string | Uint8Array)[] = [];
  #bytes = 0;

  constructor(connection: Connection, all: EarlyBytes) {
    this.connection = connection;
    this.#all = all;
  }

  /** Keeps a message; false when that would be too much, and it is not kept. */
  keep(frame: string | Uint8Array): boolean {
    const bytes = typeof frame === "string" ? 2 * frame.length : frame.byteLength;
    if (this.#frames.length >= MOST_EARLY_MESSAGES || this.#bytes + bytes > MOST_EARLY_BYTES) return false;
    if (this.#all.earlyBytes + bytes > MOST_EARLY_BYTES_OF_ALL) return false;
    this.#frames.push(frame);
    this.#bytes += bytes;
    this.#all.earlyBytes += bytes;
    return true;
  }

  /** The messages, which are kept no longer. */
  take(): readonly (string | Uint8Array)[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#all.earlyBytes -= this.#bytes;
    this.#bytes = 0;
    return frames;
  }
}
