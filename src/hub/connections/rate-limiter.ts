import type { RateLimitConfig } from "../../config/config.ts";

/** Messages of one connection since its window began. */
export interface RateWindow {
  /** Second in which the window began. */
  startedAt: number;
  count: number;
}

/** A connection whose messages are counted. The window belongs to the limiter, and is `undefined` until the first message. */
export interface RateLimited {
  rateWindow: RateWindow | undefined;
}

/**
 * Counts one message against the application's `rate_limiting` and returns whether it is allowed. As in Laravel's limiter the
 * window begins with its first message, and later messages do not move it. `now` in seconds.
 */
export function withinRateLimit(connection: RateLimited, limit: RateLimitConfig, now: number): boolean {
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
