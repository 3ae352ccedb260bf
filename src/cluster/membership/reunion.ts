/** Milliseconds in which all nodes that are alive come back to a Redis that was started anew. */
const REUNION = 3000;

/**
 * The time in which the nodes come back to a Redis that was started anew, perhaps without its data. A user that is missing in Redis
 * meanwhile has not left: its node may not have come back yet. An outage in the middle does not end it.
 */
export class Reunion {
  readonly #over: () => void;
  #isOn = false;
  #others = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `over` is called at the end. */
  constructor(over: () => void) {
    this.#over = over;
  }

  /** Whether Redis may lack nodes that are alive. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** How many other nodes there were before the last outage, or before the one after which this reunion began. */
  get others(): number {
    return this.#others;
  }

  /** Redis is there, for the first time or again; this node knows of so many others from before. */
  redisIsBack(startedAnew: boolean, others: number): void {
    // Another outage has come before the reunion was over.
    this.#others = this.#isOn ? Math.max(this.#others, others) : others;
    this.#isOn ||= startedAnew;
    if (!this.#isOn) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isOn = false;
      this.#over();
    }, REUNION);
  }

  /** Redis is away again, or the node stops. */
  interrupt(): void {
    clearTimeout(this.#timer);
  }
}
