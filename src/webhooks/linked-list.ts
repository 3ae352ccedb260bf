/** A value in a {@link LinkedList}. It belongs to one list at a time. */
export class Link<T> {
  readonly value: T;
  previous: Link<T> | undefined = undefined;
  next: Link<T> | undefined = undefined;

  constructor(value: T) {
    this.value = value;
  }
}

/**
 * Values in an order, each of which can be removed at once. A `Map` keeps an order as well, but finding its first entry walks over the
 * entries that were deleted before it.
 */
export class LinkedList<T> implements Iterable<T> {
  #first: Link<T> | undefined = undefined;
  #last: Link<T> | undefined = undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The first value; `undefined` when there is none. */
  get first(): T | undefined {
    return this.#first?.value;
  }

  /** Adds a value behind all others. */
  push(value: T): Link<T> {
    const link = new Link(value), last = this.#last;
    this.#last = link;
    link.previous = last;
    if (last === undefined) this.#first = link;
    else last.next = link;
    this.#length++;
    return link;
  }

  /** Adds a value before all others. */
  unshift(value: T): Link<T> {
    const link = new Link(value), first = this.#first;
    this.#first = link;
    link.next = first;
    if (first === undefined) this.#last = link;
    else first.previous = link;
    this.#length++;
    return link;
  }

  /** Removes a value, by the link that it got. It MUST be in this list. */
  remove(link: Link<T>): void {
    const { previous, next } = link;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    link.previous = link.next = undefined;
    this.#length--;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let link = this.#first; link !== undefined; link = link.next) yield link.value;
  }
}
