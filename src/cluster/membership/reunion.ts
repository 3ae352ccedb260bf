import { systemTimers, type Timers } from "../../failures/timers.ts";

/**
 * The time in which the nodes come back to a Redis that was started anew, perhaps without its data, or whose data was deleted. A user
 * that is missing in Redis meanwhile has not left: its node may not have come back yet. An outage in the middle does not end it. Where
 * the nodes were in touch all along, it ends as soon as all of them are back.
 */
export class Reunion {
  readonly #over: () => void;
  #isOn = false;
  #others = 0;
  /** Processes that have not come back yet; `undefined` where there may be others. */
  #missing: Set<string> | undefined;
  #waiting: (() => void)[] = [];
  #cancelEnd: (() => void) | undefined;
  /** Milliseconds in which all nodes that are alive come back to a Redis that has lost its data. */
  readonly #longest: number;
  readonly #timers: Pick<Timers, "after">;

  /** `over` is called at the end, after so many milliseconds at most. */
  constructor(over: () => void, longest: number, timers: Pick<Timers, "after"> = systemTimers) {
    this.#over = over;
    this.#longest = longest;
    this.#timers = timers;
  }

  /** Whether Redis may lack nodes that are alive. */
  get isOn(): boolean {
    return this.#isOn;
  }

  /** Whether it ends in a moment, because all of these nodes are in touch. */
  get isBrief(): boolean {
    return this.#missing !== undefined;
  }

  /** How many other nodes there were before the last outage, or before the one after which this reunion began. */
  get others(): number {
    return this.#others;
  }

  /** Redis is there, for the first time or again; this node knows of so many others from before. */
  redisIsBack(startedAnew: boolean, others: number): void {
    // Another outage has come before the reunion was over.
    this.#others = this.#isOn ? Math.max(this.#others, others) : others;
    if (this.#isOn || startedAnew) this.#begin(undefined);
  }

  /** Redis has lost its data, while it and these nodes were there; this one is among them. */
  dataIsLost(processes: readonly string[]): void {
    this.#begin(new Set(processes));
  }

  /** A node says that it has written all that it has. */
  isBack(process: string): void {
    if (this.#missing?.delete(process) === true && this.#missing.size === 0) this.#end();
  }

  /** Resolves when the nodes are back, at once where they are. */
  async ended(): Promise<void> {
    if (this.#isOn) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Redis is away again, or the node stops. */
  interrupt(): void {
    this.#cancelEnd?.();
    this.#release();
  }

  #begin(missing: Set<string> | undefined): void {
    this.#isOn = true;
    this.#missing = missing;
    this.#cancelEnd?.();
    this.#cancelEnd = this.#timers.after(this.#longest, () => this.#end());
  }

  #end(): void {
    this.#cancelEnd?.();
    this.#isOn = false;
    this.#missing = undefined;
    this.#over();
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
