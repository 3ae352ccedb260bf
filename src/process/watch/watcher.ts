import type { Activity } from "../../hub/monitor/activity-feed.ts";
import { channelOfActivity } from "../../hub/monitor/channel-of-activity.ts";
import { subscriptionsElsewhere } from "../../hub/monitor/subscriptions-elsewhere.ts";
import type { Hub } from "../../hub/hub.ts";
import type { DeliveredEvent } from "../../hub/monitor/deliveries.ts";
import { isAskedFor, isAskedForEvent, type WatchFilter } from "./watch-filter.ts";
import { type LineContext, lineOfActivity, lineOfDelivery, type WatchLine } from "./watch-line.ts";

/** Lines that wait for one watcher at most; of what comes while so many wait, only the number is kept. */
export const QUEUE_LENGTH = 1000;
/** Milliseconds that lines wait, so that the other nodes are asked once for many. */
const PAUSE = 100;

/** What a watcher works with. */
export interface WatcherParts {
  readonly filter: WatchFilter;
  /** Sends lines. Returns whether more may follow at once; else `drained` is called when it may. */
  readonly send: (text: string) => boolean;
  readonly hubById: (id: string) => Hub | undefined;
  readonly now: () => Date;
  /** Calls back after so many milliseconds. */
  readonly delay: (milliseconds: number, call: () => void) => void;
  readonly worker: number | undefined;
}

interface Waiting {
  readonly line: WatchLine;
  /** The whole name, by which the other nodes are asked; only of events whose receivers are counted. */
  readonly channel: string | undefined;
}

/**
 * One terminal that watches: its lines wait in a short queue until they are taken. When it reads too slowly, or lines come too fast,
 * it loses some and learns how many; the server never waits for it.
 */
export class Watcher {
  readonly #parts: WatcherParts;
  #queue: Waiting[] = [];
  #lost = 0;
  #isPlanned = false;
  /** The flush that is under way. */
  #flushing: Promise<void> | undefined;
  #isBlocked = false;

  constructor(parts: WatcherParts) {
    this.#parts = parts;
  }

  /** Takes an activity. */
  readonly take = (activity: Activity, application: string | undefined): void => {
    const { filter } = this.#parts;
    if (!isAskedFor(filter, activity)) return;
    this.#add(() => {
      const line = lineOfActivity(activity, this.#context(application), filter.data === true);
      return { line, channel: line.receivers === undefined ? undefined : channelOfActivity(activity) };
    });
  };

  /** Takes an event that was sent to the connection that is watched. */
  readonly takeDelivery = (delivered: DeliveredEvent): void => {
    const { filter } = this.#parts;
    if (!isAskedForEvent(filter, delivered.event, delivered.channel)) return;
    this.#add(() => {
      const context = this.#context(delivered.application);
      const line = lineOfDelivery(delivered, context, filter.connection ?? "", filter.data === true);
      return { line, channel: undefined };
    });
  };

  /** More may be sent. */
  drained(): void {
    this.#isBlocked = false;
    if (this.#queue.length > 0) this.#plan();
  }

  /** Sends what waits, without a pause. */
  async finish(): Promise<void> {
    await this.#flushing;
    if (!this.#isBlocked) await this.#flush();
  }

  #context(application: string | undefined): LineContext {
    return { at: this.#parts.now().toISOString(), worker: this.#parts.worker, application };
  }

  /** Adds a line, which is made only where there is room for it. */
  #add(waiting: () => Waiting): void {
    if (this.#queue.length < QUEUE_LENGTH) this.#queue.push(waiting());
    else this.#lost++;
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned || this.#flushing !== undefined || this.#isBlocked) return;
    this.#isPlanned = true;
    this.#parts.delay(PAUSE, () => {
      this.#isPlanned = false;
      this.#flushing = this.#flush().then(() => {
        this.#flushing = undefined;
        if (this.#queue.length > 0) this.#plan();
      });
    });
  }

  async #flush(): Promise<void> {
    const waiting = this.#queue.splice(0), count = this.#lost;
    this.#lost = 0;
    const lines = await this.#withAllReceivers(waiting);
    if (count > 0) lines.push({ type: "lost", ...this.#context(undefined), count });
    if (lines.length === 0) return;
    this.#isBlocked = !this.#parts.send(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  /** Adds the subscriptions on the other nodes, of which this one does not know by itself. */
  async #withAllReceivers(waiting: readonly Waiting[]): Promise<WatchLine[]> {
    const channels = Map.groupBy(
      waiting.filter(({ channel }) => channel !== undefined),
      ({ line }) => line.application ?? "",
    );
    const elsewhere = new Map<string, ReadonlyMap<string, number>>();
    await Promise.all(Array.from(channels, async ([id, events]) => {
      const hub = this.#parts.hubById(id);
      if (hub === undefined) return;
      elsewhere.set(id, await subscriptionsElsewhere(hub, events.map(({ channel }) => channel ?? "")));
    }));
    return waiting.map(({ line, channel }): WatchLine => {
      if (channel === undefined || line.receivers === undefined) return line;
      const more = elsewhere.get(line.application ?? "")?.get(channel);
      return more === undefined
        ? { ...line, isOnlyHere: true }
        : { ...line, receivers: line.receivers + more };
    });
  }
}
