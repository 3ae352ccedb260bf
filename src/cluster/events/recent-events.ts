import { isConsoleTopic, isRecoveryTopic } from "../../hub/channels/topic.ts";

/** Events that are remembered: more are not named to a node that asks what it has missed, and so not counted there. */
const CAPACITY = 10_000;

/** An event of this node that another may have missed: its topic, its number and how many milliseconds ago it was published. */
export type RecentEvent = readonly [topic: string, sequence: number, age: number];

/** What this node has published last, for nodes that had lost Redis and ask what they have missed. */
export class RecentEvents {
  readonly #now: () => number;
  readonly #topics: string[] = [];
  readonly #sequences: number[] = [];
  /** Seconds. */
  readonly #times: number[] = [];
  #next = 0;

  /** `now` gives seconds that only grow. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** An event is published. What nodes send each other is no event of an application. */
  published(topic: string, sequence: number): void {
    if (isConsoleTopic(topic) || isRecoveryTopic(topic)) return;
    const at = this.#next++ % CAPACITY;
    this.#topics[at] = topic;
    this.#sequences[at] = sequence;
    this.#times[at] = this.#now();
  }

  /** The events of the last so many milliseconds, oldest first. */
  within(milliseconds: number): readonly RecentEvent[] {
    const now = this.#now(), found: RecentEvent[] = [];
    for (let index = Math.max(0, this.#next - CAPACITY); index < this.#next; index++) {
      const at = index % CAPACITY, age = Math.round((now - this.#times[at]!) * 1000);
      if (age <= milliseconds) found.push([this.#topics[at]!, this.#sequences[at]!, age]);
    }
    return found;
  }
}
