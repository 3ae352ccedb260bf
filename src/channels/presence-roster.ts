import type { MemberData } from "../protocol/member-data.ts";

/** One user on a presence channel, over however many connections. */
export interface Member {
  readonly userId: string;
  /** The id as JSON text, as the first connection sent it. */
  readonly userIdJson: string;
  /** Subscriptions that stand for this user. */
  connections: number;
  /** `id` as it stands inside the roster's JSON string. */
  readonly escapedId: string;
  /** `"id":info` as it stands there; the info is the first connection's. */
  readonly escapedEntry: string;
}

/** Who is on a presence channel: distinct users, in the order in which they came. */
export class PresenceRoster {
  readonly #members = new Map<string, Member>();
  /** The encoded roster, until the next change. Each member was escaped once, when it joined. */
  #encoded: string | undefined;

  /** Distinct users. */
  get userCount(): number {
    return this.#members.size;
  }

  /** Adds a connection of a user; `first` says that the user was not there before. */
  join(data: MemberData): { readonly member: Member; readonly first: boolean } {
    const known = this.#members.get(data.userId);
    if (known !== undefined) {
      known.connections++;
      return { member: known, first: false };
    }
    const member: Member = {
      userId: data.userId,
      userIdJson: data.userIdJson,
      connections: 1,
      escapedId: escapeForString(data.userIdJson),
      escapedEntry: escapeForString(`${JSON.stringify(data.userId)}:${data.userInfoJson}`),
    };
    this.#members.set(data.userId, member);
    this.#encoded = undefined;
    return { member, first: true };
  }

  /** Takes one connection of a user away; true when it was the last. */
  leave(member: Member): boolean {
    if (--member.connections > 0) return false;
    this.#members.delete(member.userId);
    this.#encoded = undefined;
    return true;
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
