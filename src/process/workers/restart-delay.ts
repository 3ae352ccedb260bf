/** Milliseconds for which a worker has to listen so that its end counts as the first one. */
export const LONG_LIFE = 60_000;
/** Milliseconds between two attempts at the most. */
const LONGEST_DELAY = 30_000;
const SECOND_DELAY = 500;

/**
 * Milliseconds until a worker is started again that has failed as many times in a row: at once after the first time, then longer
 * each time, so that what fails for a lasting reason takes no processor from those that work.
 */
export function restartDelay(failures: number): number {
  return failures <= 1 ? 0 : Math.min(SECOND_DELAY * 2 ** (failures - 2), LONGEST_DELAY);
}
