/** Time, as deliveries need it; a parameter, so that tests pass five minutes in no time. */
export interface DeliveryClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back after so many milliseconds, unless the function that is returned was called before. */
  after(milliseconds: number, call: () => void): () => void;
}

/** The system's time. */
export const systemClock: DeliveryClock = {
  now: () => Date.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
};
