import type { ServerConfig } from "./config.ts";

/** What a graceful stop takes before and while it closes the clients. */
type StopTimes = Pick<ServerConfig, "drainDelay" | "drainSeconds">;

/**
 * Seconds from a stop signal until the last client is closed: the time for load balancers to notice, and the drain. What comes after
 * it (running calls, slow readers) is not in it.
 */
export function stopSeconds({ drainDelay, drainSeconds }: StopTimes): number {
  return drainDelay + drainSeconds;
}
