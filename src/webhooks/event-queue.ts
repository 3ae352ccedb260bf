import type { WebhookOptions } from "../config/config.ts";
import type { WebhookEventOutcome } from "../monitoring/webhook-counters.ts";
import type { Batch, QueueRemains, WaitingEvent } from "./batch.ts";
import type { DeliveryClock } from "./delivery-clock.ts";
import type { PostOutcome } from "./post-outcome.ts";
import { retryDelay } from "./retry-delay.ts";
import { webhookBody } from "./signed-request.ts";

/** Requests under way at a time, those that wait for their next try included. */
const AT_ONCE = 4;

/** Bytes of a request, unless a single event is larger: PHP takes 8 MB at most as it comes. */
const LARGEST = 1_048_576;

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
  /** Told of each request; `others` is whether more batches wait for another try. */
  readonly sent: (outcome: PostOutcome, others: boolean) => void;
  /** Told of events that are done with. */
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
  #waiting: WaitingEvent[] = [];
  /** Bytes of what waits, in batches and out of them. */
  #bytes = 0;
  #count = 0;
  readonly #sending = new Set<Sending>();
  /** Keys of batches that are under way, with the number of those. */
  readonly #busy = new Map<string, number>();
  #cancelTimer: (() => void) | undefined;
  readonly #end = new AbortController();
  /** Called when a batch is done with. */
  #settled: (() => void) | undefined;

  constructor(parts: EventQueueParts) {
    this.#parts = parts;
  }

  /** Events that are not done with. */
  get size(): number {
    return this.#count;
  }

  push(key: string, json: string): void {
    if (this.#end.signal.aborted) return;
    this.#take({ key, json, bytes: Buffer.byteLength(json), at: this.#parts.clock.now() });
    this.#pump();
  }

  /** Goes on with what another run left, before everything else. */
  restore({ batches, waiting }: QueueRemains): void {
    for (const batch of batches) {
      this.#add(batch.events, batch.bytes);
      this.#begin(batch);
    }
    const behind = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.#take(event);
    this.#waiting.push(...behind);
    this.#pump();
  }

  /** Gives up everything, as for a URL that is no longer configured. */
  abandon(outcome: WebhookEventOutcome): void {
    const { batches, waiting } = this.stop();
    const events = waiting.length + batches.reduce((sum, batch) => sum + batch.events, 0);
    if (events > 0) this.#parts.done(outcome, events);
  }

  /** Ends; what has not been accepted is left for later. Requests that are under way are cut off. */
  stop(): QueueRemains {
    this.#end.abort();
    this.#cancelTimer?.();
    const remains = { batches: Array.from(this.#sending, ({ batch }) => batch), waiting: this.#waiting };
    for (const { cancelRetry } of this.#sending) cancelRetry?.();
    this.#sending.clear();
    this.#waiting = [];
    this.#add(-this.#count, -this.#bytes);
    return remains;
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

  #take(event: WaitingEvent): void {
    const { queueMaxEvents, queueMaxBytes } = this.#parts.options();
    this.#waiting.push(event);
    this.#add(1, event.bytes);
    let full = 0;
    while ((this.#count > queueMaxEvents || this.#bytes > queueMaxBytes) && full < this.#waiting.length) {
      this.#add(-1, -this.#waiting[full++]!.bytes);
    }
    this.#drop(full, "queue_full");
  }

  #add(events: number, bytes: number): void {
    this.#count += events;
    this.#bytes += bytes;
    this.#parts.grew(events);
  }

  /** Takes the first ones off the list; their numbers are no longer counted. */
  #drop(events: number, outcome: WebhookEventOutcome): void {
    if (events === 0) return;
    this.#waiting.splice(0, events);
    this.#parts.done(outcome, events);
  }

  /** Makes batches of what is due, or of everything, as far as there is room. */
  #pump(everything = false): void {
    if (this.#end.signal.aborted) return;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#expire();
    const { batchEvents, batchSeconds } = this.#parts.options();
    while (this.#waiting.length > 0 && this.#sending.size < AT_ONCE) {
      const chosen = this.#choose(batchEvents), first = chosen[0];
      if (first === undefined) return;
      const wait = this.#waiting[first]!.at + batchSeconds * 1000 - this.#parts.clock.now();
      if (wait > 0 && chosen.length < batchEvents && !everything) {
        this.#cancelTimer = this.#parts.clock.after(wait, () => this.#pump());
        return;
      }
      this.#form(chosen);
    }
  }

  #expire(): void {
    const { retrySeconds, batchSeconds } = this.#parts.options();
    // Waiting for company is no failure: with no time to try again it is still tried once.
    const oldest = this.#parts.clock.now() - (retrySeconds + batchSeconds + 1) * 1000;
    let expired = 0;
    while (expired < this.#waiting.length && this.#waiting[expired]!.at < oldest) {
      this.#add(-1, -this.#waiting[expired++]!.bytes);
    }
    this.#drop(expired, "expired");
  }

  /** The places of the next events that may go, in their order. */
  #choose(most: number): number[] {
    const chosen: number[] = [];
    let bytes = 0;
    for (let place = 0; place < this.#waiting.length && chosen.length < most; place++) {
      const event = this.#waiting[place]!;
      if (this.#busy.has(event.key)) continue;
      bytes += event.bytes;
      if (bytes > LARGEST && chosen.length > 0) break;
      chosen.push(place);
    }
    return chosen;
  }

  #form(chosen: readonly number[]): void {
    const { clock, newId, options } = this.#parts;
    const events = chosen.map((place) => this.#waiting[place]!);
    if (chosen.at(-1) === chosen.length - 1) this.#waiting.splice(0, chosen.length);
    else {
      const taken = new Set(chosen);
      this.#waiting = this.#waiting.filter((_event, place) => !taken.has(place));
    }
    this.#begin({
      id: newId(),
      body: webhookBody(clock.now(), events.map(({ json }) => json)),
      keys: [...new Set(events.map(({ key }) => key))],
      events: events.length,
      bytes: events.reduce((sum, event) => sum + event.bytes, 0),
      expiresAt: events.at(-1)!.at + options().retrySeconds * 1000,
    });
  }

  #begin(batch: Batch): void {
    const sending: Sending = { batch, failures: 0, cancelRetry: undefined };
    this.#sending.add(sending);
    for (const key of batch.keys) this.#busy.set(key, (this.#busy.get(key) ?? 0) + 1);
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
    for (const key of batch.keys) {
      const others = this.#busy.get(key)! - 1;
      if (others === 0) this.#busy.delete(key);
      else this.#busy.set(key, others);
    }
    this.#add(-batch.events, -batch.bytes);
    this.#parts.done(outcome, batch.events);
    this.#pump();
    this.#settled?.();
  }
}
