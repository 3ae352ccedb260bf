/** What the encoded roster says of a member, as it stands inside a JSON string. */
export interface RosterEntry {
  readonly escapedId: string;
  /** `"id":info`; the info is the first connection's. */
  readonly escapedEntry: string;
}

/** How many members share a text. */
const SIZE = 64;

/**
 * Some members of a roster who came one after the other, with their part of the encoded roster. A change has the texts of its
 * block made again, and those of the others stay: in a room of 5,000 that is one text of 79.
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

  /** The members' ids, with commas between. */
  get ids(): string {
    return this.#ids ??= this.#members.map(({ escapedId }) => escapedId).join(",");
  }

  /** As {@link ids}, of `"id":info`. */
  get entries(): string {
    return this.#entries ??= this.#members.map(({ escapedEntry }) => escapedEntry).join(",");
  }

  add(member: RosterEntry): void {
    this.#members.push(member);
    this.#ids = this.#entries = undefined;
  }

  /** Takes out a member, who MUST be in it. */
  remove(member: RosterEntry): void {
    this.#members.splice(this.#members.indexOf(member), 1);
    this.#ids = this.#entries = undefined;
  }
}
