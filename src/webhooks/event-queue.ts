import type { WebhookOptions } from "../config/config.ts";
import type { WebhookEventOutcome } from "../monitoring/webhook-counters.ts";
import { type Batch, countEvents, type UnsentEvents, type WaitingEvent } from "./batch.ts";
import { BatchSender, type BatchSenderParts } from "./batch-sender.ts";
import type { EventOrigin } from "./event-origin.ts";
import { webhookBody } from "./signed-request.ts";
import { type DroppedEvent, WaitingEvents } from "./waiting-events.ts";

/** Requests under way at a time, those that wait for their next try included. */
const AT_ONCE = 4;

/** What a queue needs. */
export interface EventQueueParts extends Omit<BatchSenderParts, "ended"> {
  /** Read each time, since a reload may change them. */
  readonly options: () => WebhookOptions;
  /** A new delivery id. */
  readonly newId: () => string;
  /** Called when events were accepted or dropped. */
  readonly done: (outcome: WebhookEventOutcome, events: number) => void;
  /** Called when an event was dropped because too many wait. */
  readonly dropped: (event: DroppedEvent) => void;
  /** Called with how many events more wait, or how many fewer. */
  readonly grew: (difference: number) => void;
}

/**
 * The events on their way to one URL. They are collected into batches, of which a few are sent at a time. An event waits while
 * another with its key is under way, so that the events of one channel arrive in order; a batch that fails delays no others.
 */
export class EventQueue {
  readonly #parts: EventQueueParts;
  readonly #waiting = new WaitingEvents();
  readonly #sender: BatchSender;
  /** Events that wait or are under way, and their bytes. */
  #count = 0;
  #bytes = 0;
  /** Set while a batch is being collected. */
  #cancelTimer: (() => void) | undefined;
  /** Called when a batch has ended. */
  #wakeFlush: (() => void) | undefined;

  constructor(parts: EventQueueParts) {
    this.#parts = parts;
    this.#sender = new BatchSender({ ...parts, ended: (batch, outcome) => this.#ended(batch, outcome) });
  }

  push(key: string, json: string, origin: EventOrigin): void {
    if (this.#sender.isStopped) return;
    this.#waiting.push(
      this.#counted({ key, json, bytes: Buffer.byteLength(json), at: this.#parts.clock.now(), origin }),
    );
    this.#makeRoom();
    // While a timer runs, the event goes with the batch that is being collected; the queue is not searched for each event.
    if (this.#cancelTimer === undefined || this.#waiting.free >= this.#parts.options().batchEvents) {
      this.#pump();
    }
  }

  /** The events with a key that wait, in order; `undefined` when there are more than `most`. */
  waitingWithKey(key: string, most: number): readonly WaitingEvent[] | undefined {
    return this.#waiting.withKey(key, most);
  }

  /** Forgets the events with a key that wait, as if they had not happened. */
  withdraw(key: string): void {
    for (const { bytes } of this.#waiting.removeKey(key)) this.#add(-1, -bytes);
  }

  /** Takes the events that an earlier server left, before all others. */
  restore({ batches, waiting }: UnsentEvents): void {
    for (const batch of batches) {
      this.#add(batch.events, batch.bytes);
      this.#waiting.hold(batch.keys);
      this.#sender.begin(batch);
    }
    this.#waiting.unshift(waiting.map((event) => this.#counted(event)));
    this.#makeRoom();
    this.#pump();
  }

  /** Ends and drops all events, as for a URL that is no longer configured. */
  abandon(outcome: WebhookEventOutcome): void {
    const events = countEvents(this.stop());
    if (events > 0) this.#parts.done(outcome, events);
  }

  /** Ends: aborts the requests under way, and returns the events that were not accepted. */
  stop(): UnsentEvents {
    this.#cancelTimer?.();
    const batches = this.#sender.stop();
    this.#add(-this.#count, -this.#bytes);
    return { batches, waiting: this.#waiting.clear() };
  }

  /** Sends all events at once, also those of a batch that is being collected. Resolves when none is left, or `signal` is aborted. */
  async flush(signal: AbortSignal): Promise<void> {
    this.#pump(true);
    while (this.#count > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wakeFlush = resolve;
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      this.#pump(true);
    }
  }

  #counted(event: WaitingEvent): WaitingEvent {
    this.#add(1, event.bytes);
    return event;
  }

  #add(events: number, bytes: number): void {
    this.#count += events;
    this.#bytes += bytes;
    this.#parts.grew(events);
  }

  /** Drops events beyond the limits. Those that are under way stay. */
  #makeRoom(): void {
    const { queueMaxEvents, queueMaxBytes } = this.#parts.options();
    while (this.#count > queueMaxEvents || this.#bytes > queueMaxBytes) {
      const dropped = this.#waiting.drop();
      if (dropped === undefined) return;
      this.#add(-1, -dropped.event.bytes);
      this.#parts.dropped(dropped);
    }
  }

  #expire(): void {
    const { retrySeconds, batchSeconds } = this.#parts.options();
    // The time of collecting does not count, so that an event is tried once even where retry_seconds is 0.
    const expired = this.#waiting.expire(this.#parts.clock.now() - (retrySeconds + batchSeconds + 1) * 1000);
    for (const { bytes } of expired) this.#add(-1, -bytes);
    if (expired.length > 0) this.#parts.done("expired", expired.length);
  }

  /** Makes batches of the events that are due, or of all with `everything`, as many as may be under way. */
  #pump(everything = false): void {
    if (this.#sender.isStopped) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#sender.size >= AT_ONCE) return;
    this.#expire();
    const { batchEvents, batchSeconds } = this.#parts.options();
    while (this.#waiting.free > 0 && this.#sender.size < AT_ONCE) {
      const wait = this.#waiting.since! + batchSeconds * 1000 - this.#parts.clock.now();
      if (wait > 0 && this.#waiting.free < batchEvents && !everything) {
        this.#cancelTimer = this.#parts.clock.after(wait, () => this.#pump());
        return;
      }
      this.#sender.begin(this.#batchOf(this.#waiting.take(batchEvents)));
    }
  }

  #batchOf(events: readonly WaitingEvent[]): Batch {
    const { clock, newId, options } = this.#parts;
    return {
      id: newId(),
      body: webhookBody(clock.wall(), events.map(({ json }) => json)),
      keys: [...new Set(events.map(({ key }) => key))],
      events: events.length,
      bytes: events.reduce((sum, event) => sum + event.bytes, 0),
      expiresAt: events.at(-1)!.at + options().retrySeconds * 1000,
    };
  }

  #ended(batch: Batch, outcome: WebhookEventOutcome): void {
    this.#waiting.release(batch.keys);
    this.#add(-batch.events, -batch.bytes);
    this.#parts.done(outcome, batch.events);
    this.#pump();
    this.#wakeFlush?.();
  }
}
