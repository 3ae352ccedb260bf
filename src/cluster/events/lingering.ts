import type { TopicInterest } from "./topic-interest.ts";

/** Topics that are listened to after their release at most; of more those that were released first are given up. */
const MOST = 10_000;

/** Topics that were released a moment ago and are listened to still, in the order of their release. */
export class Lingering {
  readonly #entries = new Set<TopicInterest>();

  add(entry: TopicInterest): void {
    this.#entries.add(entry);
  }

  delete(entry: TopicInterest): void {
    this.#entries.delete(entry);
  }

  /** Those that were released long enough ago, or too many ago; `now` in seconds. */
  enough(now: number): readonly TopicInterest[] {
    const enough: TopicInterest[] = [];
    for (const entry of this.#entries) {
      if (now < entry.lingersUntil! && this.#entries.size - enough.length <= MOST) break;
      enough.push(entry);
    }
    return enough;
  }

  /** All of them, which are forgotten here. */
  takeAll(): readonly TopicInterest[] {
    const all = [...this.#entries];
    this.#entries.clear();
    return all;
  }
}
