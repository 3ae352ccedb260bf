import { compareIds } from "../cluster/cluster-log.ts";
import type { Latch } from "../channels/latch.ts";
import { Fifo } from "../fifo.ts";

/** An event of a channel: its id in the log that all nodes share, and its position in this node's own. */
interface Place {
  readonly id: string;
  readonly position: number;
  /** The largest position up to here. This node's own events are delivered before they have an id, so that the order can differ. */
  readonly upTo: number;
}

/**
 * Translates between positions in this node's log of a channel and ids in the log that all nodes share. It begins where this node began
 * to follow the log, and has no holes.
 */
export class SharedPlaces {
  #places = new Fifo<Place>();
  /** Positions of this node's events that have no id yet. */
  readonly #unplaced = new Set<number>();
  readonly #most: number;
  /** Opens when this node has all events until now, or has been waited for in vain; `undefined` where that is not waited for. */
  awaited: Latch | undefined = undefined;
  /** Milliseconds until which it is not waited for again. */
  givenUpUntil = -Infinity;
  /** Position behind which this node has each event of the channel, and since when (milliseconds). */
  since: { readonly position: number; readonly at: number } | undefined = undefined;

  /** Keeps so many places. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Id of the last event; `undefined` while the shared log is not followed. */
  get head(): string | undefined {
    return this.#places.at(this.#places.length - 1)?.id;
  }

  /** All up to an id was published before, or has a position that is not larger. `at` is the time in milliseconds. */
  begin(id: string, position: number, at = 0): void {
    this.end();
    this.since = { position, at };
    this.#unplaced.clear();
    this.#places.push({ id, position, upTo: position });
  }

  /** This node has delivered an event of its own. */
  published(position: number): void {
    if (this.head !== undefined) this.#unplaced.add(position);
  }

  /** An event has its id; `position` is 0 where it was delivered under another one. */
  append(id: string, position: number): void {
    this.#unplaced.delete(position);
    const last = this.#places.at(this.#places.length - 1);
    if (last === undefined || compareIds(id, last.id) <= 0) return;
    const place = position === 0 ? last.position : position;
    this.#places.push({ id, position: place, upTo: Math.max(last.upTo, place) });
    if (this.#places.length > this.#most + 1) this.#places.shift();
  }

  /** It is not known any more which events have been delivered here. */
  end(): void {
    this.since = undefined;
    this.#places = new Fifo();
  }

  /** Id up to which a client has everything that has everything up to a position; `undefined` where it is not known. */
  idAt(position: number): string | undefined {
    let low = 0, high = this.#places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#places.at(middle)!.upTo > position) high = middle;
      else low = middle + 1;
    }
    return low === 0 ? undefined : this.#places.at(low - 1)!.id;
  }

  /** Position behind which everything stands that follows an id, `head` where nothing does; `undefined` where it is not known. */
  positionOf(id: string, head: number): number | undefined {
    const first = this.#places.at(0);
    if (first === undefined || compareIds(id, first.id) < 0) return undefined;
    let position = head;
    for (let index = this.#places.length - 1; index > 0; index--) {
      const place = this.#places.at(index)!;
      if (compareIds(place.id, id) <= 0) break;
      position = Math.min(position, place.position - 1);
    }
    for (const each of this.#unplaced) position = Math.min(position, each - 1);
    return position;
  }
}
