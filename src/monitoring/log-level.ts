/** How much is said, from everything to the worst. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** How bad it is. `debug` is every message that passes through. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Whether a line of this level is written where the log's level is `least`. */
export function isLoud(level: LogLevel, least: LogLevel): boolean {
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least);
}
