/**
 * Bounds what one connection makes the server do in one turn of the event loop. A runtime reads up to half a megabyte from a socket
 * in one turn, which can hold tens of thousands of small requests or messages, and no other client is served before the turn ends.
 * An ordinary turn costs one addition for each.
 */
export class TurnBudget {
  readonly #free: number;
  readonly #share: number;
  readonly #nextTurn: (then: () => void) => void;
  #count = 0;
  /** What each connection has used of its share, in a crowded turn. */
  readonly #used = new Map<unknown, number>();

  /**
   * `free` is what one turn takes from all connections together before anything is counted by connection, `share` what one
   * connection may send then. `nextTurn` calls back in the next turn of the event loop.
   */
  constructor(free: number, share: number, nextTurn: (then: () => void) => void) {
    this.#free = free;
    this.#share = share;
    this.#nextTurn = nextTurn;
  }

  /** Counts one request or message. True while the turn is so crowded that `exceeds` MUST be asked. */
  isCrowded(): boolean {
    if (++this.#count < this.#free) return false;
    if (this.#count === this.#free) this.#endWithTurn();
    return true;
  }

  /** Counts one for a connection, which any value may name, and says whether this is more than its share of the turn. */
  exceeds(connection: unknown): boolean {
    const used = (this.#used.get(connection) ?? 0) + 1;
    this.#used.set(connection, used);
    return used > this.#share;
  }

  #endWithTurn(): void {
    this.#nextTurn(() => {
      this.#count = 0;
      this.#used.clear();
    });
  }
}
