import type { RateLimitConfig } from "../config/config.ts";
import type { Connection } from "./connection.ts";

/** Messages of one connection since its window began. */
export interface RateWindow {
  /** Second in which the window began. */
  startedAt: number;
  count: number;
}

/**
 * Counts one message against the application's `rate_limiting` and says whether it is still allowed. As in Laravel the
 * window begins with its first message and is not moved by the later ones. `now` in seconds.
 */
export function withinRateLimit(connection: Connection, limit: RateLimitConfig, now: number): boolean {
  if (!limit.enabled) return true;
  const window = connection.rateWindow;
  if (window === undefined || now - window.startedAt >= limit.decaySeconds) {
    connection.rateWindow = { startedAt: now, count: 1 };
    return limit.maxAttempts >= 1;
  }
  if (window.count >= limit.maxAttempts) return false;
  window.count++;
  return true;
}
