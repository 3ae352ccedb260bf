import { drainMicrotasks } from "bun:jsc";

interface Event {
  readonly at: number;
  /** Of events at the same time the one that was scheduled first comes first. */
  readonly order: number;
  run: (() => void) | undefined;
}

/**
 * A time that passes only from event to event. After each one all promises are settled that can be, so that nothing is left to the real
 * event loop and a run is the same each time. MUST be used from a task of the real event loop, not from within a promise.
 */
export class VirtualClock {
  /** Milliseconds since the start. */
  now = 0;
  /** Events that have run. */
  count = 0;
  readonly #heap: Event[] = [];
  #order = 0;

  /** Has something happen at a time, or at once where that is over; the answer takes it back. */
  schedule(at: number, run: () => void): () => void {
    const event: Event = { at: Math.max(at, this.now), order: ++this.#order, run };
    this.#push(event);
    return () => void (event.run = undefined);
  }

  /** Lets the next event happen. Answers with false where there is none. */
  step(): boolean {
    const event = this.#pop();
    if (event === undefined) return false;
    const { run } = event;
    if (run === undefined) return true;
    this.now = event.at;
    this.count++;
    run();
    drainMicrotasks();
    return true;
  }

  /** Lets time pass until `isOver`, looked at after each event, or until a time. Answers with whether it was over. */
  runUntil(isOver: () => boolean, latest: number): boolean {
    while (!isOver()) {
      const next = this.#heap[0];
      if (next === undefined || next.at > latest) {
        this.now = Math.max(this.now, latest);
        return isOver();
      }
      this.step();
    }
    return true;
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && isBefore(event, heap[parent]!); parent = (at - 1) >> 1) {
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap, first = heap[0], last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
