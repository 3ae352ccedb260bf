import type { ClusterLoad, LoadingClient } from "../../hub/cluster/cluster-load.ts";

/** Questions and events that may be without an answer before clients wait. */
const MOST = 10_000;

/** Has clients wait while the owner is behind with its answers, so that what waits for it has a bound. */
export class BridgeLoad implements ClusterLoad {
  /** How much is without an answer. */
  readonly #unanswered: () => number;
  /** Clients with a message that was turned down, in their order. */
  readonly #waiting = new Set<LoadingClient>();

  constructor(unanswered: () => number) {
    this.#unanswered = unanswered;
  }

  take(client: LoadingClient): boolean {
    if (this.#unanswered() < MOST) return true;
    this.#waiting.add(client);
    return false;
  }

  /** What the owner has not answered is counted where it is sent. */
  note(): void {}

  /** Nothing is asked any more: all clients go on. */
  end(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const client of waiting) client.goOn();
  }

  /** There are answers: clients go on as far as there is room, one after the other. */
  wake(): void {
    while (this.#waiting.size > 0 && this.#unanswered() < MOST) {
      const [first] = this.#waiting;
      this.#waiting.delete(first!);
      first!.goOn();
    }
  }
}
