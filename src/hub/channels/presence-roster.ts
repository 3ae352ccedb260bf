import type { MemberData } from "../../protocol/member-data.ts";
import { RosterBlock, type RosterEntry } from "./roster-block.ts";

/** One user on a presence channel, as the channel's subscribers know it. */
export interface Member extends RosterEntry {
  readonly userId: string;
  /** The id as JSON text, as the user's first connection sent it. */
  readonly userIdJson: string;
  /** Where it stands in the roster. */
  readonly block: RosterBlock;
}

/** The members of a presence channel on all nodes: distinct users, in the order in which they came. */
export class PresenceRoster {
  readonly #members = new Map<string, Member>();
  /** The same members in the same order; none of them is empty. Each member was escaped once, when it joined. */
  readonly #blocks: RosterBlock[] = [];
  /** The encoded roster, until the next change: all connections that join meanwhile are sent the same. */
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
    const block = this.#lastBlock();
    const member: Member = {
      userId: data.userId,
      userIdJson: data.userIdJson,
      escapedId: escapeForString(data.userIdJson),
      escapedEntry: escapeForString(`${JSON.stringify(data.userId)}:${data.userInfoJson}`),
      block,
    };
    this.#members.set(data.userId, member);
    block.add(member);
    this.#encoded = undefined;
    return true;
  }

  /** Takes a user away; the answer is who it was, `undefined` when it was not there. */
  remove(userId: string): Member | undefined {
    const member = this.#members.get(userId);
    if (member === undefined) return undefined;
    const { block } = member;
    this.#members.delete(userId);
    block.remove(member);
    this.#encoded = undefined;
    if (block.isEmpty) this.#blocks.splice(this.#blocks.indexOf(block), 1);
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
    const ids = this.#blocks.map((block) => block.ids).join(",");
    const hash = this.#blocks.map((block) => block.entries).join(",");
    return `{\\"presence\\":{\\"count\\":${this.#members.size},\\"ids\\":[${ids}],\\"hash\\":{${hash}}}}`;
  }

  /** The block for the next member. */
  #lastBlock(): RosterBlock {
    const last = this.#blocks.at(-1);
    if (last !== undefined && !last.isFull) return last;
    const block = new RosterBlock();
    this.#blocks.push(block);
    return block;
  }
}

/** JSON text as it stands inside a JSON string, without the quotes around it. */
function escapeForString(json: string): string {
  return JSON.stringify(json).slice(1, -1);
}
