/** Milliseconds without one more message after which what was promised will not come. */
const PATIENCE = 10_000;
/** Milliseconds in which a message too many would come. */
const GRACE = 25;

/** Counts the messages that reach a group of connections, and waits for as many as were promised. */
export class Tally {
  /** Since the beginning. */
  received = 0;
  /** On the wire since the beginning, handshakes included. */
  bytes = 0;
  #taken = 0;
  #awaited = Number.POSITIVE_INFINITY;
  #done: (() => void) | undefined;

  /** Notes that so many have arrived. */
  add(messages: number): void {
    this.received += messages;
    if (this.received >= this.#awaited) {
      this.#awaited = Number.POSITIVE_INFINITY;
      this.#done?.();
    }
  }

  /** Resolves when so many more have arrived than were taken before; throws when nothing comes any more. */
  async take(messages: number): Promise<void> {
    const before = this.#taken;
    this.#taken += messages;
    if (this.received >= this.#taken) return;
    await new Promise<void>((done, failed) => {
      let seen = this.received;
      const timer = setInterval(() => {
        if (this.received > seen) return void (seen = this.received);
        clearInterval(timer);
        failed(new Error(`${this.received - before} of ${messages} deliveries have arrived, then no more`));
      }, PATIENCE);
      this.#awaited = this.#taken;
      this.#done = () => {
        clearInterval(timer);
        done();
      };
    });
  }

  /** Throws unless exactly what was taken has arrived, also after a moment in which more could come. */
  async verify(): Promise<void> {
    await Bun.sleep(GRACE);
    const surplus = this.received - this.#taken;
    if (surplus !== 0) throw new Error(`${surplus} deliveries more than there should be`);
  }
}
