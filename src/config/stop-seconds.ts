import type { ServerConfig } from "./config.ts";

/** What a graceful stop takes before and while it closes the clients. */
type StopTimes = Pick<ServerConfig, "drainDelay" | "drainSeconds">;

/** Seconds that load balancers get to notice a stop where `drain_delay` is `auto` and other nodes serve on. */
export const NOTICE_SECONDS = 1;

/**
 * Seconds from a stop signal until the last client is closed: the time for load balancers to notice, and the drain. What comes after
 * it (running calls, slow readers) is not in it, nor is the second of `auto`: who waits for a stop adds far more for the rest.
 */
export function stopSeconds({ drainDelay, drainSeconds }: StopTimes): number {
  return (drainDelay === "auto" ? 0 : drainDelay) + drainSeconds;
}
