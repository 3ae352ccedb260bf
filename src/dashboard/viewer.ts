import type { Activity } from "../hub/monitor/activity-feed.ts";
import { entryOfActivity } from "./entry-of-activity.ts";
import type { Entry, EntryBatch } from "./wire.ts";

/** Activities that wait for one viewer at most; beyond that the oldest are dropped. */
export const QUEUE_LENGTH = 300;
/** Characters of text in one message at most; beyond that the oldest entries are dropped. */
const BATCH_CHARACTERS = 400_000;

interface Waiting {
  readonly activity: Activity;
  readonly at: number;
}

/**
 * The stream of server-sent events to one open page. Activities wait in a short queue until the page takes them. A page that reads
 * more slowly than activities come loses the oldest, and gets their number. Frames are parsed and redacted only when they are sent.
 */
export class Viewer {
  /** The body of the answer. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #now: () => number;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #queue: Waiting[] = [];
  #dropped = 0;
  /** Messages of which only the newest counts, such as the figures of a second, by name. */
  readonly #latest = new Map<string, string>();

  /** `now` gives milliseconds since 1970; `ended` is called once: when the page stops reading, or when `close` is called. */
  constructor(now: () => number, ended: () => void) {
    this.#now = now;
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

  readonly #ended: () => void;

  /** Puts an activity into the queue. */
  readonly add = (activity: Activity): void => {
    this.#queue.push({ activity, at: this.#now() });
    // Half of the queue is dropped at once, so that a flood does not move the rest with every entry.
    if (this.#queue.length < 2 * QUEUE_LENGTH) return;
    this.#dropped += this.#queue.length - QUEUE_LENGTH;
    this.#queue = this.#queue.slice(-QUEUE_LENGTH);
  };

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
    if (this.#queue.length === 0) return undefined;
    const newest = this.#queue.slice(-QUEUE_LENGTH);
    const entries: Entry[] = [];
    for (let characters = 0; newest.length > 0;) {
      const { activity, at } = newest.at(-1)!;
      const entry = entryOfActivity(activity, at);
      characters += 200 + (entry.payload?.length ?? 0);
      if (characters > BATCH_CHARACTERS) break;
      newest.pop();
      entries.unshift(entry);
    }
    const dropped = this.#dropped + this.#queue.length - entries.length;
    this.#queue = [];
    this.#dropped = 0;
    return { entries, dropped };
  }
}
