import { BATCH_CHARACTERS } from "./console/console.ts";
import { sizeOfEntry } from "./console/kept-activity.ts";
import type { Entry, EntryBatch } from "./wire.ts";

/** Entries that wait for one viewer at most; beyond that the oldest are dropped. */
export const QUEUE_LENGTH = 1000;

/**
 * The stream of server-sent events to one open page. Entries wait in a short queue until the page takes them. A page that reads
 * more slowly than they come loses the oldest, and gets their number.
 */
export class Viewer {
  /** The body of the answer. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #queue: Entry[] = [];
  /** Characters in the queue. */
  #characters = 0;
  #dropped = 0;
  /** Messages of which only the newest counts, such as the figures of a second, by name. */
  readonly #latest = new Map<string, string>();
  readonly #ended: () => void;

  /** `ended` is called once: when the page stops reading, or when `close` is called. */
  constructor(ended: () => void) {
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        this.#controller = undefined;
        ended();
      },
    }, { highWaterMark: 1 });
    this.#ended = ended;
  }

  /** Puts entries into the queue. */
  add({ entries, dropped }: EntryBatch): void {
    this.#dropped += dropped;
    this.#queue.push(...entries);
    for (const entry of entries) this.#characters += sizeOfEntry(entry);
    // Many are dropped at once, so that a flood does not move the rest with every batch.
    if (this.#queue.length > 2 * QUEUE_LENGTH || this.#characters > 2 * BATCH_CHARACTERS) this.#cut();
  }

  /** Sends a message with the next flush, unless a newer one of that name replaces it. */
  show(name: string, data: unknown): void {
    this.#latest.set(name, `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Sends what waits, if the page has taken what was sent before. Called several times a second. */
  flush(): void {
    const controller = this.#controller;
    if (controller === undefined || (controller.desiredSize ?? 0) <= 0) return;
    const batch = this.#takeBatch();
    if (batch !== undefined) this.show("entries", batch);
    if (this.#latest.size === 0) return;
    const text = [...this.#latest.values()].join("");
    this.#latest.clear();
    controller.enqueue(this.#encoder.encode(text));
  }

  /** Sends a last message and ends the stream. */
  close(name: string): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    this.#controller = undefined;
    controller.enqueue(this.#encoder.encode(`event: ${name}\ndata: {}\n\n`));
    controller.close();
    this.#ended();
  }

  #takeBatch(): EntryBatch | undefined {
    if (this.#queue.length === 0 && this.#dropped === 0) return undefined;
    this.#cut();
    const batch = { entries: this.#queue, dropped: this.#dropped };
    this.#queue = [];
    this.#characters = 0;
    this.#dropped = 0;
    return batch;
  }

  /** Drops the oldest until the rest makes one message. */
  #cut(): void {
    const queue = this.#queue;
    let over = Math.max(0, queue.length - QUEUE_LENGTH);
    for (const entry of queue.slice(0, over)) this.#characters -= sizeOfEntry(entry);
    for (; this.#characters > BATCH_CHARACTERS; over++) this.#characters -= sizeOfEntry(queue[over]!);
    this.#dropped += over;
    this.#queue = queue.slice(over);
  }
}
