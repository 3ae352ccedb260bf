/** Milliseconds after which every node that is alive has come back to a Redis that was started anew. */
const REUNION = 3000;

/**
 * The time after Redis has been started anew, perhaps without its data: who is missing there is not gone until everyone has had
 * the time to come back. An outage in the middle of it does not end it.
 */
export class Reunion {
  readonly #over: () => void;
  #isOn = false;
  #others = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `over` is called when everyone must have come back. */
  constructor(over: () => void) {
    this.#over = over;
  }

  /** Whether Redis may lack nodes that are alive. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Other nodes that were there before the last outage, or before the one that a reunion was waiting after. */
  get others(): number {
    return this.#others;
  }

  /** Redis is there (again); this node knows of so many others from before. */
  redisIsBack(startedAnew: boolean, others: number): void {
    // Another outage may have come before the last one was over.
    this.#others = this.#isOn ? Math.max(this.#others, others) : others;
    this.#isOn ||= startedAnew;
    if (!this.#isOn) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isOn = false;
      this.#over();
    }, REUNION);
  }

  /** Redis is gone again, or the node stops. */
  interrupt(): void {
    clearTimeout(this.#timer);
  }
}
