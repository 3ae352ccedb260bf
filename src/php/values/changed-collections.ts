import { type PhpConfigError, PhpFault } from "../php-config-error.ts";
import type { PhpArray, PhpCollection, PhpValue } from "../php-value.ts";

/** Gives a collection other items. Throws a PhpFault for one inside an array, which would have to change with it. */
export function changeItems(collection: PhpCollection, items: PhpArray): void {
  // The new items may hold the collection itself.
  if (collection.isHeld === true) {
    throw new PhpFault("changing a collection that is inside an array is not supported");
  }
  collection.items = items;
}

/** The value as a collection, `undefined` where it is none. */
export function asCollection(value: PhpValue): PhpCollection | undefined {
  return typeof value === "object" && value !== null && "items" in value ? value : undefined;
}

/** The collections that calls change while a file is evaluated, in the order of the calls. */
export class ChangedCollections {
  readonly #changed: PhpCollection[] = [];

  /** What {@link spoil} takes, from here on. */
  get mark(): number {
    return this.#changed.length;
  }

  /** Notes that a call is going to change a collection. MUST come before its arguments are evaluated, which may fail. */
  add(collection: PhpCollection): void {
    this.#changed.push(collection);
  }

  /** Makes the items of all unknown that calls since the mark were to change, where code ended with this error. */
  spoil(mark: number, error: PhpConfigError): void {
    for (const collection of this.#changed.splice(mark)) {
      Object.defineProperty(collection, "items", {
        get(): never {
          throw error;
        },
        configurable: true,
      });
    }
  }
}
