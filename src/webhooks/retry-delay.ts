/** Milliseconds before the first retry, and between two at most. */
const FIRST = 500, LONGEST = 30_000;

/**
 * Milliseconds before the next try when `failures` have failed: twice as long each time, and up to a half less by chance, so that
 * what failed together does not come back together. `random` gives numbers in [0, 1).
 */
export function retryDelay(failures: number, random: () => number): number {
  const longest = Math.min(LONGEST, FIRST * 2 ** Math.min(failures - 1, 16));
  return Math.round(longest * (1 - random() / 2));
}
