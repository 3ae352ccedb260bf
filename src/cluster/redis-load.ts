import type { ClusterLoad, LoadingClient } from "../hub/cluster/cluster-load.ts";
import type { CommandBatch } from "./command-batch.ts";

/** What may be unanswered: of one client, of one while Redis is behind, and from where on that is so. */
const MOST_OF_CLIENT = 1000, MOST_WHILE_BEHIND = 16, BEHIND = 1500;
/** What may be unanswered of all clients. A message brings some ten commands of a few hundred bytes each, and Redis has a few hundred at a time. */
const MOST_OF_ALL = 4000;

/** What the load needs of the rest of the cluster. */
export interface RedisLoadParts {
  readonly batch: Pick<CommandBatch, "afterTurn" | "flush" | "later">;
  /** Whether Redis is there. While it is away this node decides alone, and nothing waits. */
  readonly isUp: () => boolean;
}

/**
 * Counts for each client what Redis has not answered yet. A client that is quicker than Redis waits, and when all together are, those
 * wait first that have the most unanswered. So what waits for Redis has a bound, and ends soon after the last client has gone.
 */
export class RedisLoad implements ClusterLoad {
  readonly #parts: RedisLoadParts;
  /** Of all clients. */
  #unanswered = 0;
  /** What was taken in this turn. */
  #turn: Map<LoadingClient, number> | undefined;
  /** Clients with a message that was turned down, in their order. */
  readonly #waiting = new Set<LoadingClient>();
  #isWaking = false;
  /** Whether there was more room while clients went on. */
  #isMissed = false;

  constructor(parts: RedisLoadParts) {
    this.#parts = parts;
  }

  take(client: LoadingClient, weight: number): boolean {
    const { batch, isUp } = this.#parts;
    if (!isUp()) return true;
    // What comes to nothing within the turn counts no more once the turn has ended.
    if (!this.#hasRoom(client) && this.#turn !== undefined) batch.flush();
    if (!this.#hasRoom(client)) {
      this.#waiting.add(client);
      return false;
    }
    this.#count(client, weight);
    return true;
  }

  note(client: LoadingClient, weight: number): void {
    if (this.#parts.isUp()) this.#count(client, weight);
  }

  #count(client: LoadingClient, weight: number): void {
    const { batch } = this.#parts;
    client.unanswered += weight;
    this.#unanswered += weight;
    if (this.#turn === undefined) {
      const turn = this.#turn = new Map<LoadingClient, number>();
      batch.later(() => this.#turn = undefined);
      batch.afterTurn(() => this.#answered(turn));
    }
    this.#turn.set(client, (this.#turn.get(client) ?? 0) + weight);
  }

  #hasRoom({ unanswered }: LoadingClient): boolean {
    if (this.#unanswered >= MOST_OF_ALL) return false;
    return unanswered < (this.#unanswered < BEHIND ? MOST_OF_CLIENT : MOST_WHILE_BEHIND);
  }

  #answered(turn: ReadonlyMap<LoadingClient, number>): void {
    // Where the batch has thrown the turn away.
    if (this.#turn === turn) this.#turn = undefined;
    for (const [client, weight] of turn) {
      client.unanswered -= weight;
      this.#unanswered -= weight;
    }
    this.#wake();
  }

  /** Clients that wait go on, as far as there is room, each once: one that waits again waits behind the others. */
  #wake(): void {
    // A client that goes on may end the turn, and what comes to nothing is answered within that call.
    this.#isMissed = this.#isWaking;
    if (this.#isWaking) return;
    this.#isWaking = true;
    for (const client of [...this.#waiting]) {
      if (this.#unanswered >= MOST_OF_ALL) break;
      if (this.#hasRoom(client) && this.#waiting.delete(client)) client.goOn();
    }
    this.#isWaking = false;
    if (this.#isMissed && this.#waiting.size > 0) this.#parts.batch.afterTurn(() => this.#wake());
  }
}
