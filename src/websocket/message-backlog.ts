/** Messages that all connections together may have handled in one turn of the event loop: some 10 to 40 ms of work. */
const A_TURN = 4096;
/** Of them one connection's. */
const A_CONNECTION = 2048;
/** Characters that may wait: of one connection, and of all together. */
const MOST_OF_ONE = 4_194_304, MOST = 33_554_432;

/** One connection's messages that wait, the next one at `next`. */
interface Waiting {
  readonly messages: Array<string | Uint8Array>;
  next: number;
  size: number;
}

/** Whom messages are handed to, in the order in which they came. */
interface MessageHandler {
  handle(message: string | Uint8Array): void;
  /** The first message waits: nothing more should be read from the connection. */
  behind(): void;
  /** No message waits any more. */
  caughtUp(): void;
}

/**
 * Messages that came in such numbers in one turn of the event loop that the other clients would wait for their end. They wait for
 * later turns, some of each connection in each turn. What may wait is bounded, and so is what a flood costs the others.
 */
export class MessageBacklog {
  readonly #nextTurn: (then: () => void) => void;
  readonly #waiting = new Map<MessageHandler, Waiting>();
  #size = 0;
  #isScheduled = false;

  /** `nextTurn` calls back in the next turn of the event loop. */
  constructor(nextTurn: (then: () => void) => void) {
    this.#nextTurn = nextTurn;
  }

  /** Whether messages of a connection wait: then those that come MUST wait behind them. */
  has(handler: MessageHandler): boolean {
    return this.#waiting.size > 0 && this.#waiting.has(handler);
  }

  /** Keeps a message for a later turn. False where too many wait already; then the connection MUST be closed. */
  keep(handler: MessageHandler, message: string | Uint8Array): boolean {
    let waiting = this.#waiting.get(handler);
    if (waiting === undefined) {
      this.#waiting.set(handler, waiting = { messages: [], next: 0, size: 0 });
      handler.behind();
    }
    // Each also takes room for itself.
    const size = message.length + 64;
    if (waiting.size + size > MOST_OF_ONE || this.#size + size > MOST) return false;
    waiting.messages.push(message);
    waiting.size += size;
    this.#size += size;
    this.#schedule();
    return true;
  }

  /** Drops what waits of a connection. */
  drop(handler: MessageHandler): void {
    const waiting = this.#waiting.get(handler);
    if (waiting === undefined) return;
    this.#waiting.delete(handler);
    this.#size -= waiting.size;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#nextTurn(() => {
      this.#isScheduled = false;
      this.#handleSome();
    });
  }

  #handleSome(): void {
    let left = A_TURN;
    for (const [handler, waiting] of [...this.#waiting]) {
      const most = Math.min(A_CONNECTION, left);
      for (let count = 0; count < most && this.#waiting.get(handler) === waiting; count++) {
        if (waiting.next === waiting.messages.length) break;
        const message = waiting.messages[waiting.next]!;
        waiting.messages[waiting.next++] = "";
        waiting.size -= message.length + 64;
        this.#size -= message.length + 64;
        left--;
        handler.handle(message);
      }
      // One whose messages are not through goes to the end of the line.
      if (this.#waiting.get(handler) === waiting) {
        this.#waiting.delete(handler);
        if (waiting.next < waiting.messages.length) this.#waiting.set(handler, waiting);
        else handler.caughtUp();
      }
      if (left <= 0) break;
    }
    if (this.#waiting.size > 0) this.#schedule();
  }
}
