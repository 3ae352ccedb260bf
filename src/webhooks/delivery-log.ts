import { shownUrl } from "../config/kinds/webhook-kind.ts";
import type { Log } from "../monitoring/log.ts";
import type { WebhookCounters, WebhookEventOutcome } from "../monitoring/webhook-counters.ts";
import type { DeliveryClock } from "./delivery-clock.ts";
import { describeFailure, type PostOutcome } from "./post-outcome.ts";
import type { DroppedEvent } from "./waiting-events.ts";

/** Milliseconds between two lines about dropped events for one URL. */
const QUIET = 10_000;

/** What the log is about, and where its lines and counts go. */
export interface DeliveryLogParts {
  readonly application: string;
  readonly url: string;
  readonly log: Log;
  readonly counters: WebhookCounters;
  readonly clock: DeliveryClock;
}

/** Counts the requests to one URL and the events for it, and logs when requests begin to fail, when they work again, and which events were dropped. */
export class DeliveryLog {
  readonly #parts: DeliveryLogParts;
  readonly #url: string;
  #failingSince: number | undefined;
  /** Events that were dropped since a request was last accepted. */
  #dropped = 0;
  /** Events that were dropped since the last line about them. */
  #unlogged = 0;
  /** Of those, the events of connections that had caused more than their share, and the last such event. */
  #unloggedOverShare = 0;
  #lastOverShare: DroppedEvent | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(parts: DeliveryLogParts) {
    this.#parts = parts;
    this.#url = shownUrl(parts.url);
  }

  /** A request has ended; `others` is whether more batches wait for another try. */
  sent(outcome: PostOutcome, others: boolean): void {
    if (outcome.kind === "aborted") return;
    const { counters, clock } = this.#parts;
    counters.requests[outcome.kind]++;
    if (outcome.kind !== "accepted") {
      const reason = describeFailure(outcome), failure = { at: clock.now(), url: this.#url, reason };
      counters.lastFailure = failure;
      counters.failing.set(this, failure);
      this.#failed(reason);
    } else if (!others) {
      counters.failing.delete(this);
      this.#accepted();
    }
  }

  /** Events were accepted or dropped. */
  done(outcome: WebhookEventOutcome, events: number): void {
    this.#parts.counters.events[outcome] += events;
    if (outcome === "accepted") return;
    this.#noteDropped(events);
  }

  /** An event was dropped because too many wait. */
  dropped(event: DroppedEvent): void {
    const { events } = this.#parts.counters;
    if (event.isOverShare) {
      events.over_share++;
      this.#unloggedOverShare++;
      this.#lastOverShare = event;
    } else events.queue_full++;
    this.#noteDropped(1);
  }

  #noteDropped(events: number): void {
    this.#dropped += events;
    this.#unlogged += events;
    if (this.#cancelTimer === undefined) this.#logDropped();
  }

  /** Ends, and logs the drops that have not been logged. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#parts.counters.failing.delete(this);
    if (this.#unlogged > 0) this.#warnDropped();
  }

  #failed(reason: string): void {
    if (this.#failingSince !== undefined) return;
    const { clock, log, application } = this.#parts;
    this.#failingSince = clock.now();
    log.warning(
      "webhook_failing",
      `A webhook to ${this.#url} failed and is tried again: ${reason}. Run \`resound webhooks:test\` to find out what to do`,
      { application },
    );
  }

  #accepted(): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (this.#failingSince === undefined) return;
    if (this.#unlogged > 0) this.#warnDropped();
    const { clock, log, application } = this.#parts;
    const seconds = Math.round((clock.now() - this.#failingSince) / 1000);
    this.#failingSince = undefined;
    const lost = dropped === 0
      ? "no event was lost"
      : `${dropped} ${dropped === 1 ? "event was" : "events were"} lost`;
    log.info("webhook_recovered", `Webhooks to ${this.#url} are accepted again after ${seconds} s: ${lost}`, {
      application,
    });
  }

  #logDropped(): void {
    this.#warnDropped();
    this.#cancelTimer = this.#parts.clock.after(QUIET, () => {
      this.#cancelTimer = undefined;
      if (this.#unlogged > 0) this.#logDropped();
    });
  }

  #warnDropped(): void {
    const { log, application } = this.#parts, events = this.#unlogged, overShare = this.#unloggedOverShare;
    const { connection = "", address = "" } = this.#lastOverShare ?? {};
    this.#unlogged = this.#unloggedOverShare = 0;
    this.#lastOverShare = undefined;
    const what = `Events for ${this.#url} were dropped: the application will not receive them`;
    if (overShare === 0) return log.warning("webhook_dropped", what, { application, events });
    const why =
      `${overShare} of them because one client has caused more than its share of the events that wait`;
    log.warning("webhook_dropped", `${what}, ${why}`, { application, events, connection, address });
  }
}
