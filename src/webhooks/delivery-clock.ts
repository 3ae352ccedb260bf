/** Time, as deliveries need it; a parameter, so that tests pass five minutes in no time. */
export interface DeliveryClock {
  /** Milliseconds since 1970 that only grow, also when the system's clock is set: deliveries wait by this clock. */
  now(): number;
  /** Milliseconds since 1970 by the system's clock, for people and other machines. */
  wall(): number;
  /** Calls back after so many milliseconds, unless the function that is returned was called before. */
  after(milliseconds: number, call: () => void): () => void;
}

/** The time of a process. `wallClock` gives milliseconds since 1970, `monotonic` some that only grow. */
export function deliveryClock(wallClock: () => number, monotonic: () => number): DeliveryClock {
  const start = wallClock() - monotonic();
  return {
    now: () => start + monotonic(),
    wall: wallClock,
    after(milliseconds, call) {
      const timer = setTimeout(call, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
