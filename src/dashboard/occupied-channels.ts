import type { Hub } from "../hub/hub.ts";

/** Milliseconds between two questions at least, and how many times as long as an answer took. */
const PAUSE = 3000;
const PAUSE_OF_ANSWER = 20;
/** Milliseconds for which an answer counts. */
const VALID = 60_000;
/** Channels that are looked at in one turn of the event loop. */
const SLICE = 5000;

interface Answer {
  readonly count: number;
  readonly at: number;
}

interface Asked {
  answer: Answer | undefined;
  isAsking: boolean;
  nextAt: number;
}

/** How many channels are occupied on all nodes. Only the names that the nodes have say how many are the same. */
export class OccupiedChannels {
  readonly #monotonic: () => number;
  readonly #yieldTurn: () => Promise<void>;
  readonly #asked = new WeakMap<Hub, Asked>();

  /** `monotonic` gives milliseconds that only grow; `yieldTurn` lets the server do other work. */
  constructor(monotonic: () => number, yieldTurn: () => Promise<void>) {
    this.#monotonic = monotonic;
    this.#yieldTurn = yieldTurn;
  }

  /** The number as it was last found; `undefined` until the other nodes have answered. Alone, or cut off from them, this node's. */
  of(hub: Hub): number | undefined {
    if (hub.cluster.questions === undefined) return hub.channels.size;
    const answer = this.#asked.get(hub)?.answer;
    return answer === undefined || this.#monotonic() - answer.at > VALID ? undefined : answer.count;
  }

  /** Asks the other nodes, unless they were asked a moment ago. Called once a second while a page is open. */
  refresh(hub: Hub): void {
    const { questions } = hub.cluster, now = this.#monotonic();
    if (questions === undefined) return;
    const asked = this.#asked.get(hub) ?? { answer: undefined, isAsking: false, nextAt: 0 };
    this.#asked.set(hub, asked);
    if (asked.isAsking || now < asked.nextAt) return;
    asked.isAsking = true;
    questions.channels(hub.application.id).then(async (elsewhere) => {
      const count = elsewhere.size + await this.#onlyHere(hub, elsewhere);
      asked.answer = { count, at: this.#monotonic() };
    }).catch(() => {
      // They did not answer in time, which the log says; the last answer stays for a while.
    }).finally(() => {
      const took = this.#monotonic() - now;
      asked.isAsking = false;
      asked.nextAt = this.#monotonic() + Math.max(PAUSE, PAUSE_OF_ANSWER * took);
    });
  }

  async #onlyHere(hub: Hub, elsewhere: ReadonlyMap<string, number>): Promise<number> {
    let looked = 0, count = 0;
    for (const { name } of hub.channels) {
      if (++looked % SLICE === 0) await this.#yieldTurn();
      if (!elsewhere.has(name)) count++;
    }
    return count;
  }
}
