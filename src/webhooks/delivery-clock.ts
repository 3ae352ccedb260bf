import type { Timers } from "../failures/timers.ts";

/** The time and the timers of deliveries; a parameter, so that tests need not wait. */
export interface DeliveryClock {
  /** Milliseconds since 1970 that only grow, also when the system's clock is set back; all waiting uses them. */
  now(): number;
  /** Milliseconds since 1970 by the system's clock, for `time_ms` in requests. */
  wall(): number;
  /** Calls back after so many milliseconds, unless the returned function is called before. */
  after(milliseconds: number, call: () => void): () => void;
}

/** The clock of a process. `wallClock` gives milliseconds since 1970, `monotonic` milliseconds that only grow. */
export function deliveryClock(
  wallClock: () => number,
  monotonic: () => number,
  { after }: Pick<Timers, "after">,
): DeliveryClock {
  const start = wallClock() - monotonic();
  return {
    now: () => start + monotonic(),
    wall: wallClock,
    after,
  };
}
