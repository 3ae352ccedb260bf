import type { RedisCommand, RedisLink } from "../redis/redis-link.ts";

/** Takes the answer to a command: a value, or an `Error` that Redis answered. */
export type Answered = (answer: unknown) => void;

/**
 * Collects the commands of one turn of the event loop into one pipeline. Commands reach Redis in the order in which they were
 * added. When the link goes down, those under way are forgotten and never answered: whoever cares is told of the outage.
 */
export class CommandBatch {
  readonly #link: RedisLink;
  readonly #defer: (flush: () => void) => void;
  /** Called before anything is sent; what was collected is thrown away when it says no. */
  readonly #mayShip: () => boolean;
  #commands: RedisCommand[] = [];
  #answered: (Answered | undefined)[] = [];
  #isDue = false;

  /** `defer` calls back at the end of the turn. */
  constructor(link: RedisLink, defer: (flush: () => void) => void, mayShip: () => boolean) {
    this.#link = link;
    this.#defer = defer;
    this.#mayShip = mayShip;
  }

  add(command: RedisCommand, answered?: Answered): void {
    this.#commands.push(command);
    this.#answered.push(answered);
    if (this.#isDue) return;
    this.#isDue = true;
    this.#defer(() => {
      this.#isDue = false;
      this.send().catch(() => {
        // The link is down and has said so to its owner.
      });
    });
  }

  /** Sends what was collected, now; resolves when all of it is answered, rejects with `LinkDown`. */
  async send(): Promise<void> {
    const commands = this.#commands, answered = this.#answered;
    this.clear();
    if (commands.length === 0 || !this.#mayShip()) return;
    const answers = await this.#link.run(commands);
    for (let index = 0; index < answered.length; index++) answered[index]?.(answers[index]);
  }

  /** Forgets what has not been sent. */
  clear(): void {
    this.#commands = [];
    this.#answered = [];
  }
}
