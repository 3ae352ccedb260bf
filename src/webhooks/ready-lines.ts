/** What can be first in a {@link ReadyLines}: events with one key, in their order. */
export interface Line {
  /** Of its first event: a lower number is an earlier one. While the line is ready this MUST NOT change but by `moved`. */
  readonly order: number;
  /** Its place among the ready lines; -1 while it is not ready. Belongs to {@link ReadyLines}. */
  place: number;
}

/** The lines from which an event may be taken, as a binary heap: the one with the earliest event is first. */
export class ReadyLines<T extends Line> {
  readonly #heap: T[] = [];

  /** The line with the earliest event. */
  get first(): T | undefined {
    return this.#heap[0];
  }

  /** Adds a line, or puts one that is here where it belongs after its first event has changed. */
  moved(line: T): void {
    if (line.place < 0) {
      line.place = this.#heap.length;
      this.#heap.push(line);
    }
    this.#sink(this.#rise(line));
  }

  /** Removes a line; nothing happens where it is not here. */
  remove(line: T): void {
    const { place } = line, last = this.#heap[this.#heap.length - 1];
    if (place < 0 || last === undefined) return;
    this.#heap.pop();
    line.place = -1;
    if (last === line) return;
    this.#put(last, place);
    this.#sink(this.#rise(last));
  }

  clear(): void {
    for (const line of this.#heap) line.place = -1;
    this.#heap.length = 0;
  }

  #rise(line: T): T {
    while (line.place > 0) {
      const parent = this.#heap[(line.place - 1) >> 1]!;
      if (parent.order <= line.order) break;
      this.#exchange(parent, line);
    }
    return line;
  }

  #sink(line: T): void {
    for (;;) {
      const left = this.#heap[2 * line.place + 1], right = this.#heap[2 * line.place + 2];
      const child = right !== undefined && right.order < left!.order ? right : left;
      if (child === undefined || child.order >= line.order) return;
      this.#exchange(line, child);
    }
  }

  #exchange(upper: T, lower: T): void {
    const { place } = upper;
    this.#put(upper, lower.place);
    this.#put(lower, place);
  }

  #put(line: T, place: number): void {
    this.#heap[place] = line;
    line.place = place;
  }
}
