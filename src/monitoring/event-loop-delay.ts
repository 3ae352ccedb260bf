import { Histogram, LATENCY_BOUNDS } from "./histogram.ts";

/** Milliseconds between two looks. */
const INTERVAL = 100;

/**
 * How long the event loop keeps its work waiting: a timer's lateness, measured the same way on every runtime. Runs only
 * where a page shows it.
 */
export class EventLoopDelay {
  /** In seconds. */
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

  /** The timer was called. */
  look(): void {
    this.histogram.observe(Math.max(0, this.#monotonic() - this.#due) / 1000);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
