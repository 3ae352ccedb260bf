/** Which part of a list is wanted. */
export interface PageRequest<Item> {
  readonly matches: (item: Item) => boolean;
  /** Sorts as `Array.sort` does. */
  readonly order: (a: Item, b: Item) => number;
  readonly offset: number;
  readonly size: number;
}

/** A part of a list. */
export interface SelectedPage<Item> {
  readonly items: readonly Item[];
  readonly matching: number;
}

/** Items that are looked at before others get their turn: less than a millisecond. */
const SLICE = 2000;

/**
 * The wanted part of a list that may have hundreds of thousands of items and change meanwhile: looks at a slice at a time and lets
 * the server work in between (`breathe`), and never keeps or sorts more than twice what reaches to the end of the part.
 */
export async function selectPage<Item>(
  all: Iterable<Item>,
  { matches, order, offset, size }: PageRequest<Item>,
  breathe: () => Promise<void>,
): Promise<SelectedPage<Item>> {
  const wanted = offset + size;
  let best: Item[] = [], looked = 0, matching = 0;
  for (const item of all) {
    if (++looked % SLICE === 0) await breathe();
    if (!matches(item)) continue;
    matching++;
    best.push(item);
    if (best.length >= 2 * wanted) best = best.sort(order).slice(0, wanted);
  }
  return { items: best.sort(order).slice(offset, wanted), matching };
}
