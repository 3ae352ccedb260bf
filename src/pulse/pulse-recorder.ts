import { waitAtMost, within } from "../failures/deadline.ts";
import { errorMessage } from "../failures/error-reason.ts";
import type { Log } from "../monitoring/log.ts";
import type { MessageCounts } from "./message-counts.ts";
import { MessageTally } from "./message-tally.ts";
import type { PulseStore } from "./pulse-store.ts";

/** Minutes of counts that wait at most for a store that cannot be reached: of one application, three and a half days. */
const CAPACITY = 10_000;

/** Writes one after another in one go. What is left then waits for the next one. */
const WRITES = 100;

/** Counts that a store is shown at once. */
const SHOWN = 1000;

/** Milliseconds that one write may take, and that the last one may hold up the end of the process. */
const PATIENCE = 10_000, FAREWELL = 3000;

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
 * Tells Laravel Pulse of messages: looks at the totals once a second, so that each message falls into its minute, and writes what
 * has come every `interval` seconds. A store that fails is warned about once; its counts wait and are written later.
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
    // What was there before somebody listened is nobody's minute now.
    this.#tally.begin(options.totals());
    this.#timers = [
      setInterval(() => this.#look(), 1000),
      setInterval(() => void this.write(), interval * 1000),
    ];
  }

  /** Writes what has come; joins a write that is under way. */
  write(): Promise<void> {
    return this.#writing ??= this.#write().finally(() => this.#writing = undefined);
  }

  /** Writes the rest and ends, within a few seconds. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    // Now and not later: another recorder may go on from here.
    this.#look();
    this.#stopped = true;
    const rest = async (): Promise<void> => {
      // Another write may be under way that has not seen the last counts.
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
      const waiting = this.#tally.waiting(SHOWN);
      if (waiting.length === 0) return this.#caughtUp();
      try {
        this.#tally.written(await within(PATIENCE, store.write(waiting)));
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
        "They are kept and written once that works; REVERB_PULSE_ENABLED=false does without.",
    );
  }

  #recovered(): void {
    if (!this.#failing) return;
    this.#failing = false;
    const { forgotten } = this.#tally;
    const lost = forgotten === 0 ? "" : `; ${forgotten} were too many to keep and are missing`;
    this.#tally.forgotten = 0;
    this.#options.log.info("pulse_reachable", `Laravel Pulse gets its message counts again${lost}`);
  }

  #fellBehind(): void {
    if (this.#behind) return;
    this.#behind = true;
    this.#options.log.warning(
      "pulse_behind",
      `More messages pass than ${this.#options.store.place} takes entries for Laravel Pulse, so its card is late. ` +
        "A sample_rate of the recorder ReverbMessages in config/pulse.php, or PULSE_INGEST_DRIVER=storage, lets it keep up.",
    );
  }

  #caughtUp(): void {
    this.#behind = false;
  }
}
