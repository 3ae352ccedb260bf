/** A member's part of the encoded roster. Both texts are escaped already for the JSON string that holds the roster. */
export interface RosterEntry {
  readonly escapedId: string;
  /** `"id":info`, with the info of the user's first connection. */
  readonly escapedEntry: string;
}

/** How many members share one encoded text. */
const SIZE = 64;

/**
 * A run of members of a roster, in the order in which they joined, with their part of the encoded roster. A change encodes only
 * the block that it concerns: in a room of 5,000 members that is one of 79 blocks.
 */
export class RosterBlock {
  readonly #members: RosterEntry[] = [];
  #ids: string | undefined;
  #entries: string | undefined;

  get isFull(): boolean {
    return this.#members.length >= SIZE;
  }

  get isEmpty(): boolean {
    return this.#members.length === 0;
  }

  /** The members' ids, separated by commas. */
  get ids(): string {
    return this.#ids ??= this.#members.map(({ escapedId }) => escapedId).join(",");
  }

  /** The members' `"id":info`, separated by commas. */
  get entries(): string {
    return this.#entries ??= this.#members.map(({ escapedEntry }) => escapedEntry).join(",");
  }

  add(member: RosterEntry): void {
    this.#members.push(member);
    this.#ids = this.#entries = undefined;
  }

  /** Removes a member, which MUST be in this block. */
  remove(member: RosterEntry): void {
    this.#members.splice(this.#members.indexOf(member), 1);
    this.#ids = this.#entries = undefined;
  }
}
