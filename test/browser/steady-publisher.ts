import { eventually } from "../support/eventually.ts";

/** Milliseconds between two events. */
const PACE = Number(process.env["RESOUND_RECOVERY_PACE"] ?? 20);

/** Publishes events with the numbers 1, 2, 3 … at a steady pace, so many as a test allows. */
export class SteadyPublisher implements Disposable {
  /** The last number. */
  published = 0;
  /** The number after which it waits. */
  limit = 0;
  #isOver = false;
  #failure: unknown;
  #turn: Promise<void> = Promise.resolve();

  /** `publish` publishes the event of a number; where it answers false, it is called again. */
  constructor(publish: (n: number) => Promise<boolean>) {
    const next = async (): Promise<void> => {
      if (this.published >= this.limit || this.#isOver) return;
      try {
        if (await publish(this.published + 1)) this.published++;
      } catch (error) {
        this.#failure ??= error;
      }
    };
    void (async () => {
      while (!this.#isOver) {
        await Promise.all([Bun.sleep(PACE), this.pause(next)]);
      }
    })();
  }

  /** Waits until an event is out. Throws where one could not be published. */
  async until(n: number): Promise<void> {
    await eventually(() => this.#failure !== undefined || this.published >= n);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Publishes nothing while this is done. */
  pause(act: () => Promise<void>): Promise<void> {
    const acted = this.#turn.then(act);
    this.#turn = acted.catch(() => {
      // Its caller hears of it.
    });
    return acted;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
  }
}
