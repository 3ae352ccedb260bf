import type { Hub } from "../hub/hub.ts";
import { ApplicationWebhooks, type WebhookServices } from "./application-webhooks.ts";
import { eventsOf } from "./batch.ts";
import { type ApplicationRemains, decodeRemains, encodeRemains } from "./spooled-state.ts";
import type { WebhookSpool } from "./webhook-spool.ts";

/** Milliseconds between two looks for what another process has left. */
const LOOK = 5000;

/** Milliseconds that a stop gives what waits to be sent after all. */
const FAREWELL = 2000;

/** What the webhooks of a server need. */
export interface WebhooksParts extends WebhookServices {
  readonly hubs: () => Iterable<Hub>;
  readonly spools: readonly WebhookSpool[];
}

/** The webhooks of all applications that want some. A server whose applications want none has an object that does nothing. */
export class Webhooks {
  readonly #parts: WebhooksParts;
  readonly #applications = new Map<string, ApplicationWebhooks>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #looking: Promise<void> | undefined;
  #hasBegun = false;
  #isPaused = false;
  #isOver = false;

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
    this.follow();
  }

  /** Goes by the applications and their settings as they are now. */
  follow(): void {
    if (this.#isOver) return;
    const gone = new Set(this.#applications.keys());
    for (const hub of this.#parts.hubs()) {
      const { id, settings } = hub.application, known = this.#applications.get(id);
      gone.delete(id);
      if (known !== undefined) {
        known.reconfigure();
        hub.reportTo(settings.webhooks.length === 0 ? undefined : known);
      } else if (settings.webhooks.length > 0) {
        const webhooks = new ApplicationWebhooks(hub.application, this.#parts);
        if (this.#isPaused) webhooks.pause();
        this.#applications.set(id, webhooks);
        hub.reportTo(webhooks);
      }
    }
    for (const id of gone) {
      this.#applications.get(id)?.abandon();
      this.#applications.delete(id);
    }
    if (this.#hasBegun && this.#applications.size > 0) this.#watch();
  }

  /** The server is up: goes on with what an earlier one has left, which one that cannot be must not take. */
  begin(): void {
    this.#hasBegun = true;
    if (this.#applications.size > 0) this.#watch();
  }

  /** Looks at once for what others have left, as when a place has become reachable where something may be. */
  look(): void {
    if (this.#timer !== undefined) {
      this.#looking ??= this.#takeOver().finally(() => this.#looking = undefined);
    }
  }

  /** The server begins to close its clients, who will come back to another: nothing is taken over, and no departure told, any more. */
  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#isPaused = true;
    for (const each of this.#applications.values()) each.pause();
  }

  /** Ends: what can be sent within a moment is sent, the rest is left for the next server. */
  async stop(): Promise<void> {
    this.pause();
    if (this.#applications.size === 0) return;
    await this.#looking;
    const applications = [...this.#applications.values()], patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), FAREWELL);
    // What the others have been asked is still to be told: who was the last to leave a channel, whether a departure is one.
    await Promise.race([this.#parts.cluster.reports.answered(), aborted(patience.signal)]);
    await Promise.all(applications.map((each) => each.flush(patience.signal)));
    clearTimeout(timer);
    this.#isOver = true;
    for (const hub of this.#parts.hubs()) hub.reportTo(undefined);
    const remains = applications.map((each) => each.stop()).filter((each) => each !== undefined);
    this.#applications.clear();
    if (remains.length > 0) await this.#leave(remains);
  }

  #watch(): void {
    if (this.#timer !== undefined || this.#isPaused) return;
    this.#timer = setInterval(() => this.look(), LOOK);
    this.look();
  }

  async #takeOver(): Promise<void> {
    const { log } = this.#parts;
    for (const spool of this.#parts.spools) {
      for (const spooled of await spool.take()) {
        const remains = decodeRemains(spooled.text);
        if (remains === undefined) {
          const place = await spooled.setAside();
          log.warning(
            "webhook_spool",
            `What an earlier server left of its webhooks cannot be read; it is in ${place} now`,
          );
          continue;
        }
        this.#restore(remains);
      }
    }
  }

  #restore(remains: readonly ApplicationRemains[]): void {
    const { log, hubs } = this.#parts;
    const byId = new Map(Array.from(hubs(), (hub) => [hub.application.id, hub]));
    let events = 0, unknown = 0;
    for (const each of remains) {
      const application = this.#applications.get(each.id), count = countOf(each);
      if (application === undefined) unknown += count;
      else {
        application.restore(
          each,
          ({ channel, userId }) => byId.get(each.id)?.isHere(channel, userId) === true,
        );
        events += count;
      }
    }
    if (events > 0) {
      log.info("webhook_spool", "Going on with the webhooks that an earlier server left", { events });
    }
    if (unknown > 0) {
      log.warning("webhook_dropped", "Events for applications that have no webhooks any more were given up", {
        events: unknown,
      });
    }
  }

  async #leave(remains: readonly ApplicationRemains[]): Promise<void> {
    const { log, spools } = this.#parts, events = remains.reduce((sum, each) => sum + countOf(each), 0);
    const text = encodeRemains(remains), reasons: string[] = [];
    for (const spool of spools) {
      const outcome = await spool.put(text);
      if (outcome.kept) {
        return log.info(
          "webhook_spool",
          `Webhooks that have not been sent wait in ${outcome.place} for the next server`,
          {
            events,
          },
        );
      }
      reasons.push(outcome.reason);
    }
    const why = reasons.length === 0 ? "there is no place to leave them" : reasons.join("; ");
    log.warning("webhook_dropped", `Webhooks that have not been sent are lost: ${why}`, { events });
  }
}

function countOf({ departures, queues }: ApplicationRemains): number {
  return departures.length + queues.reduce((sum, queue) => sum + eventsOf(queue), 0);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
