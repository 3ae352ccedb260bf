/** The way to the service manager. */
export interface ServiceLink {
  readonly send: (message: string) => void;
  /** Milliseconds of silence after which it ends the process; `undefined` when it does not watch. */
  readonly watchdogMilliseconds: number | undefined;
}

/** Longest `setInterval` (2^31 - 1 ms); beyond it a timer fires at once. */
const LONGEST_INTERVAL = 2_147_483_647;

/** Reports to the service manager how this process does, by the messages of sd_notify(3). Without a link it does nothing. */
export class ServiceNotifier {
  readonly #link: ServiceLink | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;

  constructor(link: ServiceLink | undefined) {
    this.#link = link;
  }

  /** Milliseconds between two signs of life, half of what it waits for; `undefined` when it does not watch. */
  get interval(): number | undefined {
    const { watchdogMilliseconds } = this.#link ?? {};
    // Twice as often as asked, as sd_watchdog_enabled(3) recommends.
    return watchdogMilliseconds === undefined
      ? undefined
      : Math.min(watchdogMilliseconds / 2, LONGEST_INTERVAL);
  }

  /** The server listens. From now on the watchdog hears of it for as long as the event loop turns and `isWell`. */
  ready(status: string, isWell: () => boolean = () => true): void {
    if (this.interval !== undefined && this.#watchdog === undefined) {
      this.#watchdog = setInterval(() => {
        if (isWell()) this.#send("WATCHDOG=1");
      }, this.interval);
    }
    this.#send("READY=1", `STATUS=${status}`);
  }

  /** The configuration is being read again; `ready` follows. */
  reloading(): void {
    this.#send("RELOADING=1");
  }

  /** The server stops, which may take so many seconds, even where its unit allows less. */
  stopping(status: string, seconds: number): void {
    this.#send("STOPPING=1", `EXTEND_TIMEOUT_USEC=${Math.ceil(seconds * 1_000_000)}`, `STATUS=${status}`);
  }

  /** The server has stopped. */
  end(): void {
    clearInterval(this.#watchdog);
  }

  #send(...lines: readonly string[]): void {
    this.#link?.send(lines.join("\n"));
  }
}
