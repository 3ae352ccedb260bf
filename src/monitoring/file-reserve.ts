import type { Counters } from "./counters.ts";
import type { Log } from "./log.ts";

/** Files that are kept free of WebSocket connections: for API calls, webhooks, Redis, and to be able to refuse. */
const RESERVE = 128;
/** Of a low limit the reserve is one part in so many. */
const PART = 8;

/** Milliseconds between two times at which the files are counted, and how many times as long as counting takes. */
const PAUSE = 100, PAUSES = 20;
/** Seconds after which they are counted in any case. */
const LONGEST = 30;
/** Milliseconds between two times at which the connections that wait for a file are turned away. */
const TURN_AWAY = 20;

/** What the watch over the files needs. */
export interface FileReserveParts {
  /** Files that may be open at most. */
  readonly limit: number;
  /** How many are open; `undefined` where that cannot be found out. */
  readonly count: () => number | undefined;
  /** Whether one more can be opened. */
  readonly isFileLeft: () => boolean;
  /** Files are becoming few: `turnAway` may be called soon. */
  readonly prepare: () => void;
  /** Closes the connections that wait for a file, where none is left; returns how many. */
  readonly turnAway: () => number;
  /** Calls again and again, so many milliseconds apart, until the answer is called. */
  readonly every: (milliseconds: number, call: () => void) => () => void;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly log: Log;
  readonly counters: Counters;
}

/**
 * Keeps a few of the files free that this process may have open, since every connection takes one: when they become few, new WebSocket
 * connections are refused. When none is left all the same, because connections of other kinds have taken them, those that cannot be
 * accepted are closed. The log has one line when it begins and one when it has ended.
 */
export class FileReserve {
  readonly #parts: FileReserveParts;
  /** Files that may be open before new clients are refused, and of how many fewer they are no longer few. */
  readonly #most: number;
  readonly #enough: number;
  /** Open files: as counted last, and the connections since. */
  #open = 0;
  #countAt = 0;
  #seconds = 0;
  #since: number | undefined;
  #refused = 0;
  #turnedAway = 0;
  #stopTurningAway: (() => void) | undefined;

  constructor(parts: FileReserveParts) {
    this.#parts = parts;
    const reserve = Math.min(RESERVE, Math.floor(parts.limit / PART));
    this.#most = parts.limit - reserve;
    this.#enough = this.#most - reserve;
    this.#measure();
  }

  /** A WebSocket connection has been made. Whether it may stay. */
  admits(): boolean {
    this.#open++;
    if (this.#open > this.#most) this.#measure();
    if (this.#open <= this.#most) return true;
    this.#begin();
    this.#refused++;
    return false;
  }

  /** Why a connection is refused, without a full stop. */
  get shortage(): string {
    return `${this.#open} of the ${this.#parts.limit} files that may be open are open`;
  }

  /** Called once a second. */
  tick(): void {
    const isDue = this.#seconds++ % LONGEST === 0, isNoneLeft = !this.#parts.isFileLeft();
    if (isDue || isNoneLeft || this.#open > this.#most || this.#since !== undefined) this.#measure();
    if (isNoneLeft || this.#open > this.#most) this.#begin();
    else if (this.#open <= this.#enough) this.#end();
  }

  stop(): void {
    this.#stopTurningAway?.();
  }

  #measure(): void {
    const { count, monotonic, limit } = this.#parts, startedAt = monotonic();
    if (startedAt < this.#countAt) return;
    this.#open = count() ?? limit;
    const endedAt = monotonic();
    this.#countAt = endedAt + Math.max(PAUSE, PAUSES * (endedAt - startedAt));
  }

  #begin(): void {
    if (this.#since !== undefined) return;
    const { prepare, turnAway, every, monotonic, log, counters } = this.#parts;
    this.#since = monotonic();
    prepare();
    this.#stopTurningAway = every(TURN_AWAY, () => {
      const count = turnAway();
      if (count === 0) return;
      this.#turnedAway += count;
      counters.refused("no_file_left", undefined, count);
    });
    log.warning(
      "files_few",
      `${this.shortage}: new WebSocket connections are refused until there are fewer. Raise the limit: LimitNOFILE in a systemd ` +
        "unit, `ulimit -n` in a shell, --ulimit nofile for a container",
    );
  }

  #end(): void {
    if (this.#since === undefined) return;
    const { monotonic, log } = this.#parts, seconds = Math.round((monotonic() - this.#since) / 1000);
    this.#stopTurningAway?.();
    log.info(
      "files_enough",
      `WebSocket connections are accepted again after ${seconds} s: ${this.#refused} were refused, and ${this.#turnedAway} ` +
        "connections were closed because no file was left",
    );
    this.#since = undefined;
    this.#refused = this.#turnedAway = 0;
  }
}
