import type { Hub } from "../hub/hub.ts";
import type { ActivityFeed } from "../hub/monitor/activity-feed.ts";
import { Viewer } from "./viewer.ts";
import type { Welcome } from "./wire.ts";

/** Pages of one application that may be open at once. */
const MAX_VIEWERS = 20;
/** Milliseconds between two messages to a viewer. */
const FLUSH_INTERVAL = 200;

/** What the viewers need of the dashboard. */
export interface ViewerServices {
  readonly feed: ActivityFeed;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Watching {
  readonly viewer: Viewer;
  /** Whether its session is still valid. */
  readonly isValid: () => boolean;
}

/** The open pages, by application. While there is none, no timer runs and nothing listens to activities. */
export class Viewers {
  readonly #services: ViewerServices;
  readonly #watching = new Map<Hub, Set<Watching>>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(services: ViewerServices) {
    this.#services = services;
  }

  /** Starts a stream for a page; `undefined` when the application has too many open already. */
  open(hub: Hub, isValid: () => boolean, welcome: Welcome): ReadableStream<Uint8Array> | undefined {
    const watching = this.#watching.get(hub) ?? new Set<Watching>();
    if (watching.size >= MAX_VIEWERS) return undefined;
    const viewer = new Viewer(this.#services.now, () => {
      stopListening();
      watching.delete(entry);
      if (watching.size === 0) this.#watching.delete(hub);
      if (this.#watching.size === 0) this.#stopTimer();
    });
    const entry = { viewer, isValid };
    const stopListening = this.#services.feed.listen(hub.application.id, viewer.add);
    this.#watching.set(hub, watching.add(entry));
    this.#timer ??= setInterval(() => this.#flush(), FLUSH_INTERVAL);
    viewer.show("welcome", welcome);
    viewer.flush();
    return viewer.stream;
  }

  /** The applications of which a page is open. */
  hubs(): IterableIterator<Hub> {
    return this.#watching.keys();
  }

  /** Sends a message to all open pages of an application. */
  show(hub: Hub, name: string, data: unknown): void {
    for (const { viewer } of this.#watching.get(hub) ?? []) viewer.show(name, data);
  }

  /** Ends the streams whose session is no longer valid. */
  endExpired(): void {
    for (const watching of [...this.#watching.values()]) {
      for (const { viewer, isValid } of [...watching]) {
        if (!isValid()) viewer.close("expired");
      }
    }
  }

  /** Ends all streams: the server stops. */
  close(): void {
    for (const watching of [...this.#watching.values()]) {
      for (const { viewer } of [...watching]) viewer.close("stopping");
    }
    this.#stopTimer();
  }

  #flush(): void {
    for (const watching of this.#watching.values()) {
      for (const { viewer } of watching) viewer.flush();
    }
  }

  #stopTimer(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
