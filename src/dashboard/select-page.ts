import type { NodePlaces } from "./cluster-view.ts";

/** Rows of one page. */
export const PAGE_SIZE = 50;
/** The offset of the last page; rows behind it have to be searched for. */
export const LAST_OFFSET = 1000;
/** How many channels of a connection, and users and connections of a channel, are listed. */
export const LISTED = 100;

/** What the lists need besides the hub. */
export interface ListServices extends NodePlaces {
  /** Seconds that only grow; `connectedAt` of a connection is one of them. */
  readonly seconds: () => number;
  /** Resolves in a later turn of the event loop, so that the server can do other work first. */
  readonly yieldTurn: () => Promise<void>;
}

/** Which part of a list to send: the rows that contain `search`, in upper or lower case. */
export interface ListRequest {
  readonly search: string;
  readonly offset: number;
}

/** Which part of a list to select. */
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

/** Items that are examined in one turn of the event loop, in less than a millisecond. */
const SLICE = 2000;

/**
 * Selects a part of a list that may have hundreds of thousands of items and may change meanwhile. It examines a slice at a time and
 * lets the server work in between (`yieldTurn`). It keeps and sorts at most twice the items up to the end of the part.
 */
export async function selectPage<Item>(
  all: Iterable<Item>,
  { matches, order, offset, size }: PageRequest<Item>,
  yieldTurn: () => Promise<void>,
): Promise<SelectedPage<Item>> {
  const end = offset + size;
  let best: Item[] = [], looked = 0, matching = 0;
  for (const item of all) {
    if (++looked % SLICE === 0) await yieldTurn();
    if (!matches(item)) continue;
    matching++;
    best.push(item);
    if (best.length >= 2 * end) best = best.sort(order).slice(0, end);
  }
  return { items: best.sort(order).slice(offset, end), matching };
}
