/** Names that wait at most. */
const PLACES = 1024;

/** What waits: its name among all, and the network that asks for it. */
export interface QueuedLookup {
  readonly network: string;
}

/**
 * Names that wait to be looked up, in which networks take turns: a flood of made-up keys from one does not keep the others waiting. When
 * all places are taken, one of the network with the most gives way.
 */
export class LookupQueue<T extends QueuedLookup> {
  /** By network; the first one's turn is next. */
  readonly #lines = new Map<string, T[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds one. Returns the one that has no place any more, which may be this one. */
  add(lookup: T): T | undefined {
    const { network } = lookup;
    if (this.#size >= PLACES) {
      const own = this.#lines.get(network)?.length ?? 0;
      const longest = [...this.#lines.values()].reduce((most, line) =>
        line.length > most.length ? line : most
      );
      if (longest.length < own + 2) return lookup;
      const last = longest.at(-1)!;
      this.remove(last);
      this.#push(lookup);
      return last;
    }
    this.#push(lookup);
    return undefined;
  }

  /** Takes out the one whose turn it is. */
  next(): T | undefined {
    const first = this.#lines.entries().next().value;
    if (first === undefined) return undefined;
    const [network, line] = first, lookup = line.shift()!;
    this.#size--;
    this.#lines.delete(network);
    if (line.length > 0) this.#lines.set(network, line);
    return lookup;
  }

  /** Takes one out. Harmless for one that does not wait. */
  remove(lookup: T): void {
    const line = this.#lines.get(lookup.network), at = line?.lastIndexOf(lookup) ?? -1;
    if (line === undefined || at === -1) return;
    line.splice(at, 1);
    this.#size--;
    if (line.length === 0) this.#lines.delete(lookup.network);
  }

  #push(lookup: T): void {
    this.#size++;
    const line = this.#lines.get(lookup.network);
    if (line === undefined) this.#lines.set(lookup.network, [lookup]);
    else line.push(lookup);
  }
}
