/** Values that were taken and still stand in the list before it is copied. */
const SLACK = 1024;

/** A list that is added to at its end and taken from at its front. Both cost the same, however long it is. */
export class Fifo<T> {
  #values: T[] = [];
  #front = 0;

  get length(): number {
    return this.#values.length - this.#front;
  }

  at(index: number): T | undefined {
    return this.#values[this.#front + index];
  }

  push(value: T): void {
    this.#values.push(value);
  }

  /** Takes the first value. */
  shift(): T | undefined {
    const value = this.#values[this.#front];
    if (this.length > 0) this.#advance(1);
    return value;
  }

  /** Takes so many values, or all where there are fewer. */
  take(count: number): T[] {
    const taken = this.#values.slice(this.#front, this.#front + count);
    this.#advance(taken.length);
    return taken;
  }

  #advance(count: number): void {
    this.#front += count;
    if (this.#front === this.#values.length) {
      this.#values = [];
      this.#front = 0;
    } else if (this.#front > SLACK && this.#front * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#front);
      this.#front = 0;
    }
  }
}
