import { waitAtMost, within } from "../failures/deadline.ts";
import { errorMessage } from "../failures/error-reason.ts";
import type { Log } from "../monitoring/log.ts";
import type { MessageCounts, MinuteCount } from "./message-counts.ts";
import { MessageTally } from "./message-tally.ts";

/** Counts that are kept at most while the store cannot be reached: of one application, three and a half days. */
const CAPACITY = 10_000;

/** Writes in a row at most. Counts that are left wait for the next interval. */
const WRITES = 100;

/** Counts that the store is offered with one write. */
const OFFERED = 1000;

/** Milliseconds that one write may take, on top of what the store waits for others, and that the last one may delay the end of the process. */
const PATIENCE = 10_000, FAREWELL = 3000;

/** A place from which Pulse takes message counts. */
export interface PulseStore {
  /** Names the store in messages, without secrets: `SQLite at /srv/app/database/database.sqlite`. */
  readonly place: string;
  /** Milliseconds for which a write waits while others write to the store; none when left out. */
  readonly lockPatience?: number;
  /**
   * Writes counts and returns those that are stored now: all, unless the store takes fewer at a time. Rejects when nothing was
   * written; the caller then brings the same counts again later.
   */
  write(counts: readonly MinuteCount[]): Promise<readonly MinuteCount[]>;
  /** Ends its connections; the next write opens them again. */
  close(): Promise<void>;
}

/** What a recorder needs. */
export interface PulseRecorderOptions {
  readonly store: PulseStore;
  readonly log: Log;
  /** The totals as they are now. */
  readonly totals: () => Iterable<MessageCounts>;
  /** The share of messages that is counted, from 0 to 1. */
  readonly sampleRate: number;
  /** Seconds between two writes. */
  readonly interval: number;
  /** Seconds since 1970. */
  readonly now: () => number;
  /** Numbers in [0, 1). */
  readonly random: () => number;
}

/**
 * Records for Laravel Pulse how many messages clients send and receive. It looks at the totals once a second, so that each message
 * counts for its minute, and writes the counts every `interval` seconds. While the store fails, the counts wait; the log has one
 * warning.
 */
export class PulseRecorder {
  readonly #options: PulseRecorderOptions;
  readonly #tally: MessageTally;
  readonly #timers: readonly ReturnType<typeof setInterval>[];
  #writing: Promise<void> | undefined;
  #stopped = false;
  #failing = false;
  #behind = false;

  constructor(options: PulseRecorderOptions) {
    const { sampleRate, random, interval } = options;
    this.#options = options;
    this.#tally = new MessageTally({ sampleRate, random, capacity: CAPACITY });
    // Messages from before the recorder started belong to earlier minutes, so they are not counted.
    this.#tally.begin(options.totals());
    this.#timers = [
      setInterval(() => this.#look(), 1000),
      setInterval(() => void this.write(), interval * 1000),
    ];
  }

  /** Writes the counts that wait. Called during a write, returns the same promise. */
  write(): Promise<void> {
    return this.#writing ??= this.#write().finally(() => this.#writing = undefined);
  }

  /** Writes the last counts and ends, within a few seconds. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    // The last look is at once, since another recorder may count from these totals on.
    this.#look();
    this.#stopped = true;
    const rest = async (): Promise<void> => {
      // A write that is under way does not have the last counts.
      await this.#writing;
      await this.write();
    };
    await waitAtMost(FAREWELL, rest());
    await this.#options.store.close().catch(() => undefined);
  }

  #look(): void {
    if (this.#stopped) return;
    this.#tally.take(this.#options.totals(), this.#options.now());
  }

  async #write(): Promise<void> {
    const { store } = this.#options;
    this.#look();
    for (let writes = 0; writes < WRITES; writes++) {
      const waiting = this.#tally.waiting(OFFERED);
      if (waiting.length === 0) return this.#caughtUp();
      try {
        const patience = PATIENCE + (store.lockPatience ?? 0);
        this.#tally.written(await within(patience, store.write(waiting)));
      } catch (error) {
        await store.close().catch(() => undefined);
        return this.#failed(error);
      }
      this.#recovered();
    }
    this.#fellBehind();
  }

  #failed(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const reason = errorMessage(error).replace(/\s+/g, " ");
    this.#options.log.warning(
      "pulse_unreachable",
      `Cannot write message counts for Laravel Pulse to ${this.#options.store.place}: ${reason}. ` +
        "They are kept and written later; REVERB_PULSE_ENABLED=false turns them off.",
    );
  }

  #recovered(): void {
    if (!this.#failing) return;
    this.#failing = false;
    const { dropped } = this.#tally;
    const lost = dropped === 0
      ? ""
      : `; ${dropped} messages are missing, since older counts had to be dropped`;
    this.#tally.dropped = 0;
    this.#options.log.info("pulse_reachable", `Laravel Pulse gets its message counts again${lost}`);
  }

  #fellBehind(): void {
    if (this.#behind) return;
    this.#behind = true;
    this.#options.log.warning(
      "pulse_behind",
      `Messages come faster than ${this.#options.store.place} takes their entries for Laravel Pulse, so its card lags behind. ` +
        "Set a sample_rate for the recorder ReverbMessages in config/pulse.php, or PULSE_INGEST_DRIVER=storage.",
    );
  }

  #caughtUp(): void {
    this.#behind = false;
  }
}
