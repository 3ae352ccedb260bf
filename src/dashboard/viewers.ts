import type { Hub } from "../hub/hub.ts";
import { Viewer } from "./viewer.ts";
import type { EntryBatch, Welcome } from "./wire.ts";

/** Pages of one application that may be open at once. */
const MAX_VIEWERS = 20;
/** Milliseconds between two messages to a viewer. */
const FLUSH_INTERVAL = 200;

/** Hears which applications are watched. */
export interface ViewerListener {
  /** A page of an application was opened. */
  opened(hub: Hub): void;
  /** The last page of an application was closed. */
  closed(hub: Hub): void;
}

interface Watching {
  readonly viewer: Viewer;
  /** Whether its session is still valid. */
  readonly isValid: () => boolean;
}

/** The open pages, by application. While there is none, no timer runs. */
export class Viewers {
  readonly #listener: ViewerListener;
  readonly #watching = new Map<Hub, Set<Watching>>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(listener: ViewerListener) {
    this.#listener = listener;
  }

  /** Starts a stream for a page; `undefined` when the application has too many open already. */
  open(hub: Hub, isValid: () => boolean, welcome: Welcome): ReadableStream<Uint8Array> | undefined {
    const watching = this.#watching.get(hub) ?? new Set<Watching>();
    if (watching.size >= MAX_VIEWERS) return undefined;
    const viewer = new Viewer(() => {
      watching.delete(entry);
      if (watching.size === 0) {
        this.#watching.delete(hub);
        this.#listener.closed(hub);
      }
      if (this.#watching.size === 0) this.#stopTimer();
    });
    const entry = { viewer, isValid };
    this.#watching.set(hub, watching.add(entry));
    this.#timer ??= setInterval(() => this.#flush(), FLUSH_INTERVAL);
    viewer.show("welcome", welcome);
    viewer.flush();
    this.#listener.opened(hub);
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

  /** Puts entries into the queues of all open pages of an application. */
  add(hub: Hub, batch: EntryBatch): void {
    for (const { viewer } of this.#watching.get(hub) ?? []) viewer.add(batch);
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
