import { PATIENCE } from "./patience.ts";

/** Milliseconds between two looks: a part of the time that has passed, so that what takes long does not keep the processor busy with looks. */
const SHORTEST = 15, LONGEST = 60, PART = 6;

/**
 * Looks again and again until what is seen is right, and resolves with it; for what has no event to wait for. Throws, with what was seen
 * last, when it does not become right in time.
 */
export async function eventually<Seen>(
  look: () => Seen | Promise<Seen>,
  isRight: (seen: Seen) => boolean = Boolean,
  milliseconds = PATIENCE,
): Promise<Seen> {
  const begun = performance.now();
  for (;;) {
    const seen = await look();
    if (isRight(seen)) return seen;
    const passed = performance.now() - begun;
    if (passed > milliseconds) {
      throw new Error(`Not so within ${milliseconds} ms; seen last: ${JSON.stringify(seen)}`);
    }
    await Bun.sleep(Math.min(Math.max(passed / PART, SHORTEST), LONGEST));
  }
}
