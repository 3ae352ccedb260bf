import { Histogram, LATENCY_BOUNDS } from "./histogram.ts";

/** Milliseconds between two measurements. */
const INTERVAL = 100;

/**
 * How long the event loop is busy at a stretch: measured by the lateness of a timer, the same way on every runtime. It runs only
 * where metrics are on.
 */
export class EventLoopDelay {
  /** The delays, in seconds. */
  readonly histogram = new Histogram(LATENCY_BOUNDS);
  readonly #monotonic: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #due = 0;

  /** `monotonic` gives milliseconds that only grow. */
  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  start(): void {
    this.#due = this.#monotonic() + INTERVAL;
    this.#timer = setTimeout(() => {
      this.look();
      this.start();
    }, INTERVAL);
  }

  /** Measures how late the timer was called. */
  look(): void {
    this.histogram.observe(Math.max(0, this.#monotonic() - this.#due) / 1000);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
