import type { Hub } from "../../hub/hub.ts";
import { type Activity, type ActivityFeed, ALL_APPLICATIONS } from "../../hub/monitor/activity-feed.ts";
import type { Entry, EntryBatch } from "../wire.ts";
import { Console, HISTORY_CHARACTERS } from "./console.ts";
import { ConsoleExchange, type ExchangeParts } from "./console-exchange.ts";
import type { EntryPlace } from "./kept-activity.ts";

/** Milliseconds between two flushes while a page is open somewhere. */
const FLUSH_INTERVAL = 200;
/** Entries that all other nodes together send of what they have kept: about as many as a page shows. */
const ENTRIES_OF_OTHERS = 500;

/** What the consoles work with. */
export interface ConsolesParts extends Pick<ExchangeParts, "cluster" | "monotonic"> {
  readonly feed: Pick<ActivityFeed, "listen">;
  readonly hubs: () => Iterable<Hub>;
  readonly hubById: (id: string) => Hub | undefined;
  /** How many other nodes there are. */
  readonly others: (hub: Hub) => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly place: (hub: Hub) => EntryPlace;
  /** Takes entries for the open pages of an application. */
  readonly show: (hub: Hub, batch: EntryBatch) => void;
}

/** The consoles of all applications. They observe the monitor from `start` to `stop`, so that a page shows what was before it. */
export class Consoles {
  readonly #parts: ConsolesParts;
  readonly #exchange: ConsoleExchange;
  #consoles = new Map<Hub, Console>();
  /** The applications of which a page is open. */
  readonly #open = new Set<Hub>();
  #stopListening: (() => void) | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(parts: ConsolesParts) {
    this.#parts = parts;
    const { hubById, show, cluster, monotonic } = parts;
    this.#exchange = new ConsoleExchange({
      ...{ cluster, monotonic },
      share: (id) => Math.ceil(ENTRIES_OF_OTHERS / this.#othersOf(hubById(id))),
      history: (id, most) => this.#historyFor(hubById(id), most),
      entries(id, batch) {
        const hub = hubById(id);
        if (hub !== undefined) show(hub, batch);
      },
    });
  }

  start(): void {
    this.#stopListening = this.#parts.feed.listen(
      ALL_APPLICATIONS,
      (activity, id) => this.#add(activity, id),
    );
    this.#exchange.start();
  }

  stop(): void {
    this.#stopListening?.();
    this.#exchange.stop();
    this.#stopTimer();
  }

  /** The other nodes know nothing of this one, as when it came about. */
  bring(): void {
    this.#exchange.bring();
  }

  /** What this node has kept of an application, oldest first. */
  history(hub: Hub): Entry[] {
    const console = this.#consoles.get(hub);
    console?.flush();
    return console?.history() ?? [];
  }

  /** A page of an application was opened. */
  opened(hub: Hub): void {
    this.#open.add(hub);
    this.#exchange.opened(hub.application.id);
    this.#startTimer();
  }

  /** The last page of an application was closed. */
  closed(hub: Hub): void {
    this.#open.delete(hub);
    this.#exchange.closed(hub.application.id);
  }

  /** Takes a message of another node. */
  receive(topic: string, text: string): void {
    this.#exchange.receive(topic, text);
  }

  /** Called once a second, and says whether the other nodes are to hear again of the open pages. */
  tick(isRepeatDue: boolean): void {
    if (isRepeatDue) this.#exchange.repeat();
    // Without a page too: how many subscribers other nodes have is asked while the events are new.
    if (this.#timer === undefined) this.#flush();
    const kept = new Map<Hub, Console>();
    for (const hub of this.#parts.hubs()) {
      const console = this.#consoles.get(hub);
      if (console !== undefined) kept.set(hub, console);
    }
    this.#consoles = kept;
  }

  #add(activity: Activity, applicationId: string | undefined): void {
    const hub = applicationId === undefined ? this.#onlyHub() : this.#parts.hubById(applicationId);
    if (hub === undefined) return;
    let console = this.#consoles.get(hub);
    if (console === undefined) this.#consoles.set(hub, console = this.#consoleOf(hub));
    console.add(activity);
  }

  #consoleOf(hub: Hub): Console {
    const { hubs, now, place, show } = this.#parts;
    return new Console({
      ...{ hub, now, place: () => place(hub) },
      applications: [...hubs()].length,
      isWatched: () => this.#open.has(hub) || this.#exchange.isWatched(hub.application.id),
      deliver: (batch) => {
        if (this.#open.has(hub)) show(hub, batch);
        this.#exchange.send(hub.application.id, batch);
      },
    });
  }

  /** What belongs to no application, such as a connection with an unknown key, is shown where it can be meant for one only. */
  #onlyHub(): Hub | undefined {
    const [first, second] = this.#parts.hubs();
    return second === undefined ? first : undefined;
  }

  /** A page is open elsewhere: what this node has kept. */
  #historyFor(hub: Hub | undefined, most: number): EntryBatch | undefined {
    if (hub === undefined) return undefined;
    this.#startTimer();
    const characters = HISTORY_CHARACTERS / this.#othersOf(hub);
    const entries = most === 0 ? [] : this.#consoles.get(hub)?.history(most, characters) ?? [];
    return { entries, dropped: 0 };
  }

  #othersOf(hub: Hub | undefined): number {
    return Math.max(1, hub === undefined ? 1 : this.#parts.others(hub));
  }

  #startTimer(): void {
    this.#timer ??= setInterval(() => {
      this.#flush();
      if (this.#open.size === 0 && !this.#exchange.isAnyWatched) this.#stopTimer();
    }, FLUSH_INTERVAL);
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #flush(): void {
    for (const console of this.#consoles.values()) console.flush();
  }
}
