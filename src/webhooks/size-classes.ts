import { type Link, LinkedList } from "./linked-list.ts";

/** What is sorted by its size. The fields belong to the {@link SizeClasses} that it is in. */
export interface Sized<T> {
  size: number;
  /** The binary logarithm of the size without its fraction; -1 where the size is 0. */
  sizeClass: number;
  link: Link<T> | undefined;
}

/**
 * Finds one of the largest of many things whose sizes change, without comparing them: those that differ by less than a factor of two
 * are in one class. Both the change of a size and the search take constant time.
 */
export class SizeClasses<T extends Sized<T>> {
  readonly #classes: LinkedList<T>[] = [];

  /** One whose size is at most twice the size of any other: of these the one that has been as large for the longest time. */
  get largest(): T | undefined {
    return this.#classes.at(-1)?.first;
  }

  /** Changes the size of a thing, which is in this list while its size is above 0. */
  resize(thing: T, difference: number): void {
    thing.size += difference;
    const next = thing.size > 0 ? Math.floor(Math.log2(thing.size)) : -1;
    if (next === thing.sizeClass) return;
    if (thing.link !== undefined) this.#classes[thing.sizeClass]!.remove(thing.link);
    thing.sizeClass = next;
    while (this.#classes.length <= next) this.#classes.push(new LinkedList());
    thing.link = next < 0 ? undefined : this.#classes[next]!.push(thing);
    while (this.#classes.at(-1)?.length === 0) this.#classes.pop();
  }
}
