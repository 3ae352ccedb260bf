import type { Timers } from "../../failures/timers.ts";
import { pause } from "../../failures/deadline.ts";
import type { PlainCommand, RedisLink } from "../../redis/redis-link.ts";
import type { RedisKeys } from "../redis-keys.ts";

/** Milliseconds for which a member that moves may be on no node, and between two looks whether it is back. */
const LONGEST = 15_000, LOOK = 250;

/** What these need of the rest of the cluster. */
export interface MovingHoldsParts {
  readonly link: Pick<RedisLink, "run">;
  readonly keys: RedisKeys;
  /** Milliseconds that only grow. */
  readonly monotonic: () => number;
  readonly timers: Pick<Timers, "after">;
}

/**
 * Holds of this node that have ended while its clients move to another one. Redis hears of them only when the user is on another node
 * too, or has had the time to come back: so that it neither leaves nor joins.
 */
export class MovingHolds {
  readonly #parts: MovingHoldsParts;
  /** Topic -> user -> what tells Redis that the hold has ended. */
  readonly #held = new Map<string, Map<string, () => void>>();
  #isOn = false;

  constructor(parts: MovingHoldsParts) {
    this.#parts = parts;
  }

  /** Whether this node's clients move. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** The clients of this node move from now on. */
  begin(): void {
    this.#isOn = true;
  }

  /** Keeps the end of a hold to itself for now. */
  keep(topic: string, userId: string, leave: () => void): void {
    let users = this.#held.get(topic);
    if (users === undefined) this.#held.set(topic, users = new Map());
    users.set(userId, leave);
  }

  /** The clients do not move any more: Redis hears of all holds that have ended. */
  end(): void {
    this.#isOn = false;
    for (const users of this.#held.values()) for (const leave of users.values()) leave();
    this.#held.clear();
  }

  /** Waits until all users are on other nodes, 15 seconds at most or until it is hurried, then does as `end`. */
  async finish(hurry: AbortSignal): Promise<void> {
    const { monotonic, timers } = this.#parts, last = monotonic() + LONGEST;
    while (this.#held.size > 0 && monotonic() < last && !hurry.aborted && await this.#isAnyAway()) {
      await pause(LOOK, hurry, timers);
    }
    this.end();
  }

  /** Whether a user is on no other node. Where Redis cannot be asked there is nothing to wait for. */
  async #isAnyAway(): Promise<boolean> {
    const { link, keys } = this.#parts;
    const questions = Array.from(this.#held, ([topic, users]): PlainCommand => {
      return ["HMGET", keys.presence(topic, "").references, ...users.keys()];
    });
    try {
      const answers = await link.run(questions);
      return answers.some((counts) =>
        Array.isArray(counts) && counts.some((count) => Number(count ?? 0) === 1)
      );
    } catch {
      return false;
    }
  }
}
