import type { WebhookOptions } from "../config/config.ts";
import type { WebhookEventOutcome } from "../monitoring/webhook-counters.ts";
import { type Batch, eventsOf, type QueueRemains, type WaitingEvent } from "./batch.ts";
import type { DeliveryClock } from "./delivery-clock.ts";
import type { PostOutcome } from "./post-outcome.ts";
import { retryDelay } from "./retry-delay.ts";
import { webhookBody } from "./signed-request.ts";
import { WaitingEvents } from "./waiting-events.ts";

/** Requests under way at a time, those that wait for their next try included. */
const AT_ONCE = 4;

/** What a queue needs. */
export interface EventQueueParts {
  /** Asked for each time: the configuration may be read again. */
  readonly options: () => WebhookOptions;
  readonly clock: DeliveryClock;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** A new delivery id. */
  readonly newId: () => string;
  /** Sends a batch. MUST NOT reject. */
  readonly send: (batch: Batch, signal: AbortSignal) => Promise<PostOutcome>;
  /** Called after each request; `others` is whether more batches wait for another try. */
  readonly sent: (outcome: PostOutcome, others: boolean) => void;
  /** Called with the number of events that are done with. */
  readonly done: (outcome: WebhookEventOutcome, events: number) => void;
  /** So many more events wait, or so many fewer. */
  readonly grew: (difference: number) => void;
}

interface Sending {
  readonly batch: Batch;
  failures: number;
  cancelRetry: (() => void) | undefined;
}

/**
 * Events on their way to one URL. They are collected into batches, of which a few are under way at a time; an event waits while
 * one with its key is, so that what concerns one channel arrives in order, and a batch that fails holds up nothing else.
 */
export class EventQueue {
  readonly #parts: EventQueueParts;
  readonly #waiting = new WaitingEvents();
  readonly #sending = new Set<Sending>();
  /** Events in batches and out of them, and their bytes. */
  #count = 0;
  #bytes = 0;
  /** Set while what waits may get company. */
  #cancelTimer: (() => void) | undefined;
  readonly #end = new AbortController();
  /** Called when a batch is done with. */
  #settled: (() => void) | undefined;

  constructor(parts: EventQueueParts) {
    this.#parts = parts;
  }

  push(key: string, json: string): void {
    if (this.#end.signal.aborted) return;
    this.#waiting.push(
      this.#counted({ key, json, bytes: Buffer.byteLength(json), at: this.#parts.clock.now() }),
    );
    this.#makeRoom();
    // Nothing is looked through for each event: what can go with the others goes when they do.
    if (this.#cancelTimer === undefined || this.#waiting.free >= this.#parts.options().batchEvents) {
      this.#pump();
    }
  }

  /** Goes on with what another run left, before everything else. */
  restore({ batches, waiting }: QueueRemains): void {
    for (const batch of batches) {
      this.#add(batch.events, batch.bytes);
      this.#waiting.hold(batch.keys);
      this.#begin(batch);
    }
    this.#waiting.unshift(waiting.map((event) => this.#counted(event)));
    this.#makeRoom();
    this.#pump();
  }

  /** Gives up everything, as for a URL that is no longer configured. */
  abandon(outcome: WebhookEventOutcome): void {
    const events = eventsOf(this.stop());
    if (events > 0) this.#parts.done(outcome, events);
  }

  /** Ends; what has not been accepted is left for later. Requests that are under way are cut off. */
  stop(): QueueRemains {
    this.#end.abort();
    this.#cancelTimer?.();
    const batches = Array.from(this.#sending, ({ batch }) => batch);
    for (const { cancelRetry } of this.#sending) cancelRetry?.();
    this.#sending.clear();
    this.#add(-this.#count, -this.#bytes);
    return { batches, waiting: this.#waiting.clear() };
  }

  /** Sends what waits for company, too; resolves when nothing is left, or `signal` says that it has had its time. */
  async flush(signal: AbortSignal): Promise<void> {
    this.#pump(true);
    while (this.#count > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#settled = resolve;
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

  /** Drops the oldest of what is too much. */
  #makeRoom(): void {
    const { queueMaxEvents, queueMaxBytes } = this.#parts.options();
    let dropped = 0;
    while (this.#count > queueMaxEvents || this.#bytes > queueMaxBytes) {
      const event = this.#waiting.shift();
      if (event === undefined) break;
      this.#add(-1, -event.bytes);
      dropped++;
    }
    if (dropped > 0) this.#parts.done("queue_full", dropped);
  }

  #expire(): void {
    const { retrySeconds, batchSeconds } = this.#parts.options();
    // Waiting for company is no failure: with no time to try again it is still tried once.
    const expired = this.#waiting.expire(this.#parts.clock.now() - (retrySeconds + batchSeconds + 1) * 1000);
    for (const { bytes } of expired) this.#add(-1, -bytes);
    if (expired.length > 0) this.#parts.done("expired", expired.length);
  }

  /** Makes batches of what is due, or of everything, as far as there is room. */
  #pump(everything = false): void {
    if (this.#end.signal.aborted) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#sending.size >= AT_ONCE) return;
    this.#expire();
    const { batchEvents, batchSeconds } = this.#parts.options();
    while (this.#waiting.free > 0 && this.#sending.size < AT_ONCE) {
      const wait = this.#waiting.since! + batchSeconds * 1000 - this.#parts.clock.now();
      if (wait > 0 && this.#waiting.free < batchEvents && !everything) {
        this.#cancelTimer = this.#parts.clock.after(wait, () => this.#pump());
        return;
      }
      this.#form(this.#waiting.take(batchEvents));
    }
  }

  #form(events: readonly WaitingEvent[]): void {
    const { clock, newId, options } = this.#parts;
    this.#begin({
      id: newId(),
      body: webhookBody(clock.wall(), events.map(({ json }) => json)),
      keys: [...new Set(events.map(({ key }) => key))],
      events: events.length,
      bytes: events.reduce((sum, event) => sum + event.bytes, 0),
      expiresAt: events.at(-1)!.at + options().retrySeconds * 1000,
    });
  }

  #begin(batch: Batch): void {
    const sending: Sending = { batch, failures: 0, cancelRetry: undefined };
    this.#sending.add(sending);
    void this.#try(sending);
  }

  async #try(sending: Sending): Promise<void> {
    const { batch } = sending, { clock, random, send, sent } = this.#parts;
    sending.cancelRetry = undefined;
    const outcome = await send(batch, this.#end.signal);
    if (!this.#sending.has(sending)) return;
    const isAccepted = outcome.kind === "accepted";
    if (!isAccepted) sending.failures++;
    const left = batch.expiresAt - clock.now();
    const isOver = isAccepted || left <= 0;
    if (isOver) this.#sending.delete(sending);
    sent(outcome, Array.from(this.#sending).some(({ failures }) => failures > 0));
    if (isOver) return this.#finish(batch, isAccepted ? "accepted" : "expired");
    const delay = Math.min(left, retryDelay(sending.failures, random));
    sending.cancelRetry = clock.after(delay, () => void this.#try(sending));
  }

  #finish(batch: Batch, outcome: WebhookEventOutcome): void {
    this.#waiting.release(batch.keys);
    this.#add(-batch.events, -batch.bytes);
    this.#parts.done(outcome, batch.events);
    this.#pump();
    this.#settled?.();
  }
}
