import type { Hub } from "../hub/hub.ts";
import type { ActivityFeed } from "./activity-feed.ts";
import { Viewer } from "./viewer.ts";
import type { Welcome } from "./wire.ts";

/** Pages of one application that may look on at once. */
const MAX_VIEWERS = 20;
/** Milliseconds between two messages to a viewer. */
const FLUSH_INTERVAL = 200;

/** What the viewers need of the rest. */
export interface ViewerServices {
  readonly feed: ActivityFeed;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

interface Watching {
  readonly viewer: Viewer;
  /** Whether the session that it belongs to goes on. */
  readonly goesOn: () => boolean;
}

/** The pages that look on, by application. With none there is no timer and nothing listens. */
export class Viewers {
  readonly #services: ViewerServices;
  readonly #watching = new Map<Hub, Set<Watching>>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(services: ViewerServices) {
    this.#services = services;
  }

  /** Starts a stream for a page; `undefined` when the application has too many open already. */
  open(hub: Hub, goesOn: () => boolean, welcome: Welcome): ReadableStream<Uint8Array> | undefined {
    const watching = this.#watching.get(hub) ?? new Set<Watching>();
    if (watching.size >= MAX_VIEWERS) return undefined;
    const viewer = new Viewer(this.#services.now, () => {
      stopListening();
      watching.delete(entry);
      if (watching.size === 0) this.#watching.delete(hub);
      if (this.#watching.size === 0) this.#stopTimer();
    });
    const entry = { viewer, goesOn };
    const stopListening = this.#services.feed.listen(hub.application.id, viewer.tell);
    this.#watching.set(hub, watching.add(entry));
    this.#timer ??= setInterval(() => this.#flush(), FLUSH_INTERVAL);
    viewer.show("welcome", welcome);
    viewer.flush();
    return viewer.stream;
  }

  /** The applications that someone looks at. */
  hubs(): IterableIterator<Hub> {
    return this.#watching.keys();
  }

  /** Shows something to everyone who looks at an application. */
  show(hub: Hub, name: string, data: unknown): void {
    for (const { viewer } of this.#watching.get(hub) ?? []) viewer.show(name, data);
  }

  /** Ends the streams whose session is over. */
  endExpired(): void {
    for (const watching of [...this.#watching.values()]) {
      for (const { viewer, goesOn } of [...watching]) {
        if (!goesOn()) viewer.close("expired");
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
