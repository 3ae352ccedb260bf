import type { RedisCommand, RedisLink } from "../redis/redis-link.ts";

/** Takes the answer to a command: a value, or an `Error` that Redis answered. */
export type Answered = (answer: unknown) => void;

/** Commands in one pipeline, and under way at a time: with more, the answer to the last one would be late because of the first. */
const PIECE = 500, UNDER_WAY = 4 * PIECE;

/**
 * Collects the commands of one turn of the event loop into one pipeline. Commands reach Redis in the order in which they were
 * added. When the link goes down, those under way are forgotten and never answered: what waits for them is ended by `RedisCluster`.
 */
export class CommandBatch {
  readonly #link: RedisLink;
  readonly #defer: (flush: () => void) => void;
  /** Asked before anything is sent; what was collected is thrown away when it answers no. */
  readonly #maySend: () => boolean;
  readonly #fault: (fault: unknown) => void;
  #commands: RedisCommand[] = [];
  #answered: (Answered | undefined)[] = [];
  #isDue = false;
  /** Commands that Redis has been sent and has not answered. */
  #underWay = 0;
  readonly #runs = new Set<Promise<void>>();

  /** `fault` takes an exception in a callback. `defer` calls back at the end of the turn. */
  constructor(
    link: RedisLink,
    defer: (flush: () => void) => void,
    maySend: () => boolean,
    fault: (fault: unknown) => void,
  ) {
    this.#link = link;
    this.#fault = fault;
    this.#defer = defer;
    this.#maySend = maySend;
  }

  add(command: RedisCommand, answered?: Answered): void {
    this.#commands.push(command);
    this.#answered.push(answered);
    if (this.#isDue) return;
    this.#isDue = true;
    this.#defer(() => {
      this.#isDue = false;
      this.flush();
    });
  }

  /** Sends what was collected, now, without waiting for the answers. */
  flush(): void {
    this.send().catch(() => {
      // The link is down, which is handled where it is noticed.
    });
  }

  /** Sends what was collected, now; resolves when all of it is answered, rejects with `LinkDown`. */
  async send(): Promise<void> {
    while (this.#commands.length > 0) {
      if (this.#underWay >= UNDER_WAY) await Promise.race(this.#runs);
      else this.#sendPiece();
    }
    await Promise.all(this.#runs);
  }

  /** Sends a piece. Its run stays in `#runs` until it is answered, so that its failure reaches a `send` that waits. */
  #sendPiece(): void {
    const commands = this.#commands, answered = this.#answered;
    this.clear();
    if (!this.#maySend()) return;
    if (commands.length > PIECE) {
      this.#commands = commands.splice(PIECE);
      this.#answered = answered.splice(PIECE);
    }
    this.#underWay += commands.length;
    const run = this.#run(commands, answered).finally(() => {
      this.#underWay -= commands.length;
      this.#runs.delete(run);
    });
    this.#runs.add(run);
  }

  async #run(commands: readonly RedisCommand[], answered: readonly (Answered | undefined)[]): Promise<void> {
    const answers = await this.#link.run(commands);
    for (let index = 0; index < answered.length; index++) {
      try {
        answered[index]?.(answers[index]);
      } catch (fault) {
        // A defect of ours, which must not keep the other callbacks from their answers.
        this.#fault(fault);
      }
    }
  }

  /** Forgets what has not been sent. */
  clear(): void {
    this.#commands = [];
    this.#answered = [];
  }
}
