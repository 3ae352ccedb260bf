import { PATIENCE } from "./patience.ts";

/** Milliseconds between the first two looks, and between later ones: each wait is twice the one before. */
const FIRST_INTERVAL = 1, INTERVAL = 16;

/**
 * Looks again and again until what is seen is right, and resolves with it; for what has no event to wait for. Throws, with what was seen
 * last, when it does not become right in time.
 */
export async function eventually<Seen>(
  look: () => Seen | Promise<Seen>,
  isRight: (seen: Seen) => boolean = Boolean,
  milliseconds = PATIENCE,
): Promise<Seen> {
  const deadline = performance.now() + milliseconds;
  for (let interval = FIRST_INTERVAL;; interval = Math.min(2 * interval, INTERVAL)) {
    const seen = await look();
    if (isRight(seen)) return seen;
    if (performance.now() > deadline) {
      throw new Error(`Not so within ${milliseconds} ms; seen last: ${JSON.stringify(seen)}`);
    }
    await Bun.sleep(interval);
  }
}
