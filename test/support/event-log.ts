import { PATIENCE } from "./patience.ts";

/** One event as a client library told it. */
export interface ClientEvent {
  readonly name: string;
  readonly data: unknown;
}

/** What pusher-js has `bind` on: a channel, the connection, the user, the watchlist. */
interface Emitter {
  bind_global(callback: (name: string, data: unknown) => void): unknown;
}

/** What a client library tells, in order. Tests await the next event; what must not come is shown by what comes instead. */
export class EventLog {
  /** Everything so far. */
  readonly all: ClientEvent[] = [];
  #read = 0;
  #wake: () => void = () => {};

  /** Notes every event of an emitter from now on. */
  static of(emitter: Emitter): EventLog {
    const log = new EventLog();
    emitter.bind_global((name, data) => log.#add({ name, data }));
    return log;
  }

  /** A callback that notes its argument under a name. */
  note(name: string): (data?: unknown) => void {
    return (data) => this.#add({ name, data });
  }

  /** The next event that was not read yet. Rejects, with everything so far, when none comes in time. */
  async next(): Promise<ClientEvent> {
    while (this.#read >= this.all.length) await this.#arrival();
    return this.all[this.#read++]!;
  }

  /** Reads on until an event of this name, and returns its data. */
  async nextOf(name: string): Promise<unknown> {
    for (;;) {
      const event = await this.next();
      if (event.name === name) return event.data;
    }
  }

  #arrival(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`No event within ${PATIENCE} ms. So far: ${JSON.stringify(this.all)}`)),
        PATIENCE,
      );
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #add(event: ClientEvent): void {
    this.all.push(event);
    this.#wake();
  }
}
