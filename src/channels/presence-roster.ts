import type { MemberData } from "../protocol/member-data.ts";

/** One user on a presence channel, as the channel's subscribers know it. */
export interface Member {
  readonly userId: string;
  /** The id as JSON text, as the user's first connection sent it. */
  readonly userIdJson: string;
  /** `id` as it stands inside the roster's JSON string. */
  readonly escapedId: string;
  /** `"id":info` as it stands there; the info is the first connection's. */
  readonly escapedEntry: string;
}

/** Who is on a presence channel, on whatever node: distinct users, in the order in which they came. */
export class PresenceRoster {
  readonly #members = new Map<string, Member>();
  /** The encoded roster, until the next change. Each member was escaped once, when it joined. */
  #encoded: string | undefined;

  /** Distinct users. */
  get userCount(): number {
    return this.#members.size;
  }

  has(userId: string): boolean {
    return this.#members.has(userId);
  }

  /** Adds a user; false when it was there already, which changes nothing. */
  add(data: MemberData): boolean {
    if (this.#members.has(data.userId)) return false;
    this.#members.set(data.userId, {
      userId: data.userId,
      userIdJson: data.userIdJson,
      escapedId: escapeForString(data.userIdJson),
      escapedEntry: escapeForString(`${JSON.stringify(data.userId)}:${data.userInfoJson}`),
    });
    this.#encoded = undefined;
    return true;
  }

  /** Takes a user away; the answer is who it was, `undefined` when it was not there. */
  remove(userId: string): Member | undefined {
    const member = this.#members.get(userId);
    if (member === undefined) return undefined;
    this.#members.delete(userId);
    this.#encoded = undefined;
    return member;
  }

  /** The `data` of `subscription_succeeded`, as it stands inside a JSON string. */
  encode(): string {
    return this.#encoded ??= this.#build();
  }

  members(): IterableIterator<Member> {
    return this.#members.values();
  }

  #build(): string {
    let ids = "", hash = "";
    for (const member of this.#members.values()) {
      const comma = ids === "" ? "" : ",";
      ids += comma + member.escapedId;
      hash += comma + member.escapedEntry;
    }
    return `{\\"presence\\":{\\"count\\":${this.#members.size},\\"ids\\":[${ids}],\\"hash\\":{${hash}}}}`;
  }
}

/** JSON text as it stands inside a JSON string, without the quotes around it. */
function escapeForString(json: string): string {
  return JSON.stringify(json).slice(1, -1);
}
