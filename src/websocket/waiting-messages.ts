/** How many messages of a client may wait, and their bytes, counted as UTF-16 (two bytes a character). */
export interface WaitingLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** For a client that waits for its admission. */
export const EARLY_LIMITS: WaitingLimits = { messages: 1000, bytes: 262_144 };

/** For a client that waits for Redis: what a runtime may have read from it already when it reads no more. */
export const HELD_LIMITS: WaitingLimits = { messages: 16_384, bytes: 2_097_152 };

/**
 * Bytes that may be read from a client that waits for Redis. As long as it is read from, its end is noticed, and what waits of it comes to
 * nothing; else the messages of clients that come, send much and go would all be handled one day.
 */
const READ_AHEAD = 32_768;

/** Bytes of the messages of all clients of an application that wait. */
export const MOST_WAITING_BYTES = 33_554_432;

/** Counts the bytes of all messages that wait. */
export interface WaitingBytes {
  waitingBytes: number;
}

/** Messages of one client that wait to be handled, in their order. */
export class WaitingMessages<Frame extends string | Uint8Array> {
  readonly #limits: WaitingLimits;
  readonly #all: WaitingBytes;
  #frames: Frame[] = [];
  /** How many of the frames have been taken. */
  #taken = 0;
  #bytes = 0;

  constructor(limits: WaitingLimits, all: WaitingBytes) {
    this.#limits = limits;
    this.#all = all;
  }

  /** The next message; `undefined` when none waits. */
  get first(): Frame | undefined {
    return this.#frames[this.#taken];
  }

  /** Whether nothing more should be read from the client: much of it waits, or of all clients together. */
  get isFull(): boolean {
    return this.#bytes > READ_AHEAD || this.#all.waitingBytes > MOST_WAITING_BYTES / 4;
  }

  /** Keeps a message; false when that would be too much, and it is not kept. */
  keep(frame: Frame): boolean {
    const bytes = bytesOf(frame), { messages, bytes: most } = this.#limits;
    if (this.#frames.length - this.#taken >= messages || this.#bytes + bytes > most) return false;
    if (this.#all.waitingBytes + bytes > MOST_WAITING_BYTES) return false;
    this.#frames.push(frame);
    this.#count(bytes);
    return true;
  }

  /** The first message waits no more. */
  takeFirst(): void {
    const { first } = this;
    if (first === undefined) return;
    this.#taken++;
    this.#count(-bytesOf(first));
  }

  /** All messages, which wait no more. */
  takeAll(): readonly Frame[] {
    const frames = this.#frames.slice(this.#taken);
    this.#frames = [];
    this.#taken = 0;
    this.#count(-this.#bytes);
    return frames;
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#all.waitingBytes += bytes;
  }
}

function bytesOf(frame: string | Uint8Array): number {
  return typeof frame === "string" ? 2 * frame.length : frame.byteLength;
}
