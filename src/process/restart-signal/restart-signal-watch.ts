import { within } from "../../failures/deadline.ts";
import { errorCode, errorMessage } from "../../failures/error-reason.ts";
import type { Log } from "../../monitoring/log.ts";

/** Milliseconds between two looks. Reverb looks every five seconds. */
const INTERVAL = 2000;

/** The longest pause between two looks at a store that cannot be reached, in milliseconds. */
const LONGEST_PAUSE = 60_000;

/** Milliseconds that a store may take to answer, on top of what it waits for others. */
const PATIENCE = 10_000;

/** Reads the cache entry that `php artisan reverb:restart` writes, in the store where it is. */
export interface SignalReader {
  /** Where it reads, for people. */
  readonly place: string;
  /** Milliseconds for which it waits while others write to the store; none when left out. */
  readonly lockPatience?: number;
  /** The entry as it is stored, `undefined` when there is none. Rejects when the store cannot be asked. */
  read(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** An entry that was acted on, or that belongs to an earlier server, and where it is. */
export interface SeenSignal {
  readonly place: string;
  /** `undefined` when there was none. */
  readonly value?: string | undefined;
}

/** What a watch needs. */
export interface RestartSignalWatchOptions {
  readonly reader: SignalReader;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** Called each time when the signal comes. */
  readonly restart: () => void;
  /** Milliseconds between two looks. */
  readonly interval?: number;
  /** What the process before this one has seen last. Any other entry in the same place is a signal, also at the first look. */
  readonly seen?: SeenSignal | undefined;
}

/**
 * Looks at the cache entry of `reverb:restart` every two seconds. The entry of the first look was meant for an earlier server,
 * and an entry that goes (`cache:clear`) is no signal; every other change is the signal. A store that cannot be reached is a
 * warning once, and is asked less and less often.
 */
export class RestartSignalWatch {
  readonly #options: RestartSignalWatchOptions;
  readonly #interval: number;
  readonly #startedAt: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The entry that is not a signal to us; `undefined` when there was none. */
  #known: string | undefined;
  #hasLooked = false;
  #failures = 0;
  #stopped = false;

  constructor(options: RestartSignalWatchOptions) {
    this.#options = options;
    this.#interval = options.interval ?? INTERVAL;
    this.#startedAt = options.wallClock();
    const { seen, reader } = options;
    if (seen?.place === reader.place) {
      this.#known = seen.value;
      this.#hasLooked = true;
    }
    void this.#look();
  }

  /** What it has seen last; `undefined` before the first look. */
  get seen(): SeenSignal | undefined {
    return this.#hasLooked ? { place: this.#options.reader.place, value: this.#known } : undefined;
  }

  /** Looks no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#options.reader.close();
  }

  async #look(): Promise<void> {
    let isSignal = false;
    try {
      const { reader } = this.#options;
      const value = await within(PATIENCE + (reader.lockPatience ?? 0), reader.read());
      if (this.#stopped) return;
      isSignal = this.#isSignal(value);
      this.#recovered();
      this.#known = value ?? this.#known;
      this.#hasLooked = true;
    } catch (error) {
      if (this.#stopped) return;
      this.#failed(error);
    }
    if (isSignal) this.#options.restart();
    const pause = Math.min(this.#interval * 2 ** this.#failures, LONGEST_PAUSE);
    this.#timer = setTimeout(() => void this.#look(), pause);
  }

  #isSignal(value: string | undefined): boolean {
    if (value === undefined || value === this.#known) return false;
    if (this.#hasLooked) return true;
    // The store could not be asked when the server started: the entry itself says whether it is newer.
    const seconds = this.#failures === 0 ? undefined : /^(?:i:)?(\d{1,12});?$/.exec(value)?.[1];
    return seconds !== undefined && Number(seconds) * 1000 > this.#startedAt;
  }

  #failed(error: unknown): void {
    // No file is left to read with. The log says so (files_few), and the next look may succeed.
    if (/^E[MN]FILE$/.test(errorCode(error))) return;
    if (this.#failures++ > 0) return;
    this.#options.log.warning(
      "restart_signal_unreachable",
      `Cannot read Laravel's cache in ${this.#options.reader.place}: ${
        errorMessage(error).replace(/\s+/g, " ")
      }. Until it can be read, ` +
        "`php artisan reverb:restart` is not noticed; `resound restart` works without it.",
    );
  }

  #recovered(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#options.log.info("restart_signal_reachable", "Laravel's cache can be read again");
  }
}
