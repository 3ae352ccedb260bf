import { shownUrl } from "../config/kinds/webhook-kind.ts";
import type { Log } from "../monitoring/log.ts";
import type { WebhookCounters, WebhookEventOutcome } from "../monitoring/webhook-counters.ts";
import type { DeliveryClock } from "./delivery-clock.ts";
import { describeFailure, type PostOutcome } from "./post-outcome.ts";

/** Milliseconds between two lines about dropped events of one URL. */
const QUIET = 10_000;

/** What a report is about, and where it goes. */
export interface DeliveryReportParts {
  readonly application: string;
  readonly url: string;
  readonly log: Log;
  readonly counters: WebhookCounters;
  readonly clock: DeliveryClock;
}

/** Counts what happens on the way to one URL, and tells the operator once when it begins to fail, when it works again, and what was lost. */
export class DeliveryReport {
  readonly #parts: DeliveryReportParts;
  readonly #url: string;
  #failingSince: number | undefined;
  /** Events that were given up since a request was last accepted, and since the operator was last told. */
  #dropped = 0;
  #lostNow = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(parts: DeliveryReportParts) {
    this.#parts = parts;
    this.#url = shownUrl(parts.url);
  }

  /** A request has ended; `others` is whether more are waiting for another try. */
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

  /** Events are done with. */
  done(outcome: WebhookEventOutcome, events: number): void {
    this.#parts.counters.events[outcome] += events;
    if (outcome === "accepted") return;
    this.#dropped += events;
    this.#lostNow += events;
    if (this.#cancelTimer === undefined) this.#tellLost();
  }

  /** Ends: what has not been told is told now. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#parts.counters.failing.delete(this);
    if (this.#lostNow > 0) this.#warnLost();
  }

  #failed(reason: string): void {
    if (this.#failingSince !== undefined) return;
    const { clock, log, application } = this.#parts;
    this.#failingSince = clock.now();
    log.warning(
      "webhook_failing",
      `A webhook to ${this.#url} failed and is tried again: ${reason}. \`resound webhooks:test\` says what to do`,
      { application },
    );
  }

  #accepted(): void {
    const dropped = this.#dropped;
    this.#dropped = 0;
    if (this.#failingSince === undefined) return;
    if (this.#lostNow > 0) this.#warnLost();
    const { clock, log, application } = this.#parts;
    const seconds = Math.round((clock.now() - this.#failingSince) / 1000);
    this.#failingSince = undefined;
    const lost = dropped === 0
      ? "no event was lost"
      : `${dropped} ${dropped === 1 ? "event was" : "events were"} lost`;
    log.info("webhook_recovered", `Webhooks to ${this.#url} are taken again after ${seconds} s: ${lost}`, {
      application,
    });
  }

  #tellLost(): void {
    this.#warnLost();
    this.#cancelTimer = this.#parts.clock.after(QUIET, () => {
      this.#cancelTimer = undefined;
      if (this.#lostNow > 0) this.#tellLost();
    });
  }

  #warnLost(): void {
    const { log, application } = this.#parts, events = this.#lostNow;
    this.#lostNow = 0;
    log.warning(
      "webhook_dropped",
      `Events for ${this.#url} were given up, the application will not hear of them`,
      {
        application,
        events,
      },
    );
  }
}
