import { waitAtMost } from "../failures/deadline.ts";
import type { Timers } from "../failures/timers.ts";
import type { Hub } from "../hub/hub.ts";
import { ApplicationWebhooks, type WebhookServices } from "./application-webhooks.ts";
import { countEvents } from "./batch.ts";
import { LateDepartures } from "./late-departures.ts";
import { decodeSpool, encodeSpool, type SpooledApplication } from "./spooled-state.ts";
import type { WebhookSpool } from "./webhook-spool.ts";

/** Milliseconds between two looks into the spools. */
const INTERVAL = 5000;

/** Milliseconds for which a stop sends the events that wait. */
const FAREWELL = 2000;

/** What the webhooks of a server need. */
export interface WebhooksParts extends WebhookServices {
  readonly hubs: () => Iterable<Hub>;
  readonly spools: readonly WebhookSpool[];
  readonly timers: Timers;
  /** Looks up applications that are not known yet; missing where the configuration has all of them. */
  readonly know?: ((ids: readonly string[]) => Promise<void>) | undefined;
}

/** The webhooks of all applications. While no application has webhooks, no timer runs and no spool is read. */
export class Webhooks {
  readonly #parts: WebhooksParts;
  readonly #applications = new Map<string, ApplicationWebhooks>();
  #stopLooking: (() => void) | undefined;
  #takingOver: Promise<void> | undefined;
  #isStarted = false;
  #isPaused = false;
  #isOver = false;
  /** Once it has ended, what is reported all the same. */
  readonly #late: LateDepartures[] = [];

  constructor(parts: WebhooksParts) {
    this.#parts = parts;
    this.reconfigure();
  }

  /** Applies the applications and their settings as they are now. */
  reconfigure(): void {
    if (this.#isOver) return;
    const gone = new Set(this.#applications.keys());
    for (const hub of this.#parts.hubs()) {
      gone.delete(hub.application.id);
      this.follow(hub);
    }
    for (const id of gone) this.forget(id);
  }

  /** Applies the settings of one application as they are now. */
  follow(hub: Hub): void {
    if (this.#isOver) return;
    const { id, settings } = hub.application, known = this.#applications.get(id);
    if (known !== undefined) {
      known.reconfigure();
      hub.reportTo(settings.webhooks.length === 0 ? undefined : known);
    } else if (settings.webhooks.length > 0) {
      const webhooks = new ApplicationWebhooks(hub.application, this.#parts);
      if (this.#isPaused) webhooks.pause();
      this.#applications.set(id, webhooks);
      hub.reportTo(webhooks);
      if (this.#isStarted) this.#watch();
    }
  }

  /** An application is gone: what waits for its webhooks is dropped. */
  forget(id: string): void {
    this.#applications.get(id)?.abandon();
    this.#applications.delete(id);
  }

  /** Begins to take over what earlier servers have left. Called when the server listens, since one whose start fails must not take it. */
  start(): void {
    this.#isStarted = true;
    if (this.#applications.size > 0 || this.#parts.know !== undefined) this.#watch();
  }

  /** Looks into the spools at once, as when Redis has become reachable; not before `start`, nor after `pause`. */
  takeOver(): void {
    if (this.#stopLooking !== undefined) {
      this.#takingOver ??= this.#takeOver().finally(() => this.#takingOver = undefined);
    }
  }

  /** Takes nothing over and reports no departure any more: the server closes its connections, and their clients reconnect elsewhere. */
  pause(): void {
    this.#stopLooking?.();
    this.#stopLooking = undefined;
    this.#isPaused = true;
    for (const each of this.#applications.values()) each.pause();
  }

  /** The server that was to take the connections has died: this one goes on as before `pause`. */
  goOn(): void {
    this.#isPaused = false;
    for (const each of this.#applications.values()) each.goOn();
    if (this.#applications.size > 0) this.#watch();
  }

  /** Sends the events that wait, for up to so many milliseconds (two seconds unless given) or until it is hurried. */
  async sendWaiting(milliseconds = FAREWELL, hurry?: AbortSignal): Promise<void> {
    const { timers, cluster } = this.#parts, late = new AbortController();
    const cancel = timers.after(milliseconds, () => late.abort());
    // The other nodes still decide which channels are vacated and which departures hold; their answers become events of this node.
    await waitAtMost(Math.min(milliseconds, FAREWELL), cluster.reports.answered(), hurry, timers);
    const patience = hurry === undefined ? late.signal : AbortSignal.any([late.signal, hurry]);
    await Promise.all(Array.from(this.#applications.values(), (each) => each.flush(patience)));
    cancel();
  }

  /**
   * Ends: sends the events that wait for up to so many milliseconds or until it is hurried, and leaves the rest in a spool for the next
   * server. `leaveLate` MUST follow, when all members that move have settled.
   */
  async stop(milliseconds = FAREWELL, hurry?: AbortSignal): Promise<void> {
    this.pause();
    if (this.#applications.size === 0) return;
    await this.#takingOver;
    await this.sendWaiting(milliseconds, hurry);
    this.#isOver = true;
    const applications = [...this.#applications.values()];
    for (const hub of this.#parts.hubs()) this.#reportLate(hub);
    const unsent = applications.map((each) => each.stop()).filter((each) => each !== undefined);
    this.#applications.clear();
    if (unsent.length > 0) await this.#leave(unsent);
  }

  /** Leaves to the next server what was reported after `stop`. */
  async leaveLate(): Promise<void> {
    if (this.#late.length === 0) return;
    const { timers, cluster, hubs } = this.#parts;
    await waitAtMost(FAREWELL, cluster.reports.answered(), undefined, timers);
    for (const hub of hubs()) hub.reportTo(undefined);
    const unsent = this.#late.map((each) => each.unsent).filter((each) => each !== undefined);
    if (unsent.length > 0) await this.#leave(unsent);
  }

  #reportLate(hub: Hub): void {
    const { id } = hub.application, known = this.#applications.get(id);
    if (known === undefined) return hub.reportTo(undefined);
    const late = new LateDepartures(id, known.kinds);
    this.#late.push(late);
    hub.reportTo(late);
  }

  #watch(): void {
    if (this.#stopLooking !== undefined || this.#isPaused) return;
    this.#stopLooking = this.#parts.timers.every(INTERVAL, () => this.takeOver());
    this.takeOver();
  }

  async #takeOver(): Promise<void> {
    const { log } = this.#parts;
    for (const spool of this.#parts.spools) {
      for (const spooled of await spool.take()) {
        const applications = decodeSpool(spooled.text);
        if (applications === undefined) {
          const place = await spooled.setAside();
          log.warning(
            "webhook_spool",
            `Webhooks that an earlier server left cannot be read; they are in ${place} now`,
          );
          continue;
        }
        await this.#parts.know?.(applications.map(({ id }) => id));
        this.#restore(applications);
      }
    }
  }

  #restore(spooled: readonly SpooledApplication[]): void {
    const { log, hubs } = this.#parts;
    const byId = new Map(Array.from(hubs(), (hub) => [hub.application.id, hub]));
    let events = 0, unknown = 0;
    for (const each of spooled) {
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
      log.info("webhook_spool", "Sending the webhooks that an earlier server left", { events });
    }
    if (unknown > 0) {
      log.warning("webhook_dropped", "Events for applications that no longer have webhooks were dropped", {
        events: unknown,
      });
    }
  }

  async #leave(unsent: readonly SpooledApplication[]): Promise<void> {
    const { log, spools } = this.#parts, events = unsent.reduce((sum, each) => sum + countOf(each), 0);
    const text = encodeSpool(unsent), reasons: string[] = [];
    for (const spool of spools) {
      const outcome = await spool.put(text);
      if (outcome.kept) {
        return log.info(
          "webhook_spool",
          `Webhooks that were not sent wait in ${outcome.place} for the next server`,
          {
            events,
          },
        );
      }
      reasons.push(outcome.reason);
    }
    const why = reasons.length === 0 ? "there is no place to leave them" : reasons.join("; ");
    log.warning("webhook_dropped", `Webhooks that were not sent are lost: ${why}`, { events });
  }
}

function countOf({ departures, queues }: SpooledApplication): number {
  return departures.length + queues.reduce((sum, queue) => sum + countEvents(queue), 0);
}
