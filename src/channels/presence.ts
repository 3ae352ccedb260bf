import { Latch } from "../cluster/latch.ts";
import type { MemberData } from "../protocol/member-data.ts";
import { PresenceRoster } from "./presence-roster.ts";

/** A user's stay on this node, over one or several connections. */
export class Hold {
  readonly data: MemberData;
  connections = 1;
  /** Opens once the roster counts the user because of this hold, too: then a joiner may be told who is there. */
  readonly settled = new Latch();

  constructor(data: MemberData) {
    this.data = data;
  }
}

/** Hears of the changes in who is there. Implemented by whoever tells the clients. */
export interface PresenceListener {
  /** A user came. `json` is its `channel_data`. */
  memberAdded(userId: string, json: string): void;
  /** A user went. `userIdJson` is its id as JSON text. */
  memberRemoved(userId: string, userIdJson: string): void;
}

/**
 * Decides who is there when there are other nodes: a change of this node's holds goes to the keeper, and the roster follows
 * what the keeper says. Implemented in cluster/.
 */
export interface PresenceKeeper {
  /** The keeper can be asked. While it cannot, this node's own holds decide. */
  readonly decides: boolean;
  entered(hold: Hold): void;
  left(hold: Hold): void;
}

/**
 * Who is present: on a presence channel, or as a signed-in user. Two things are kept apart: the roster, which is what this
 * node's clients have been told and counts every node, and the holds, which are the users that are here on this node. Alone,
 * a hold changes the roster at once.
 */
export class Presence {
  readonly roster = new PresenceRoster();
  /** Set while other nodes have a say. */
  keeper: PresenceKeeper | undefined;
  readonly #listener: PresenceListener;
  readonly #holds = new Map<string, Hold>();

  constructor(listener: PresenceListener) {
    this.#listener = listener;
  }

  /** One more connection of a user. */
  join(data: MemberData): Hold {
    const known = this.#holds.get(data.userId);
    if (known !== undefined) {
      known.connections++;
      return known;
    }
    const hold = new Hold(data);
    this.#holds.set(data.userId, hold);
    if (this.keeper?.decides === true) this.keeper.entered(hold);
    else this.settle(hold);
    return hold;
  }

  /** One connection of a user less. */
  leave(hold: Hold): void {
    if (--hold.connections > 0) return;
    const { userId } = hold.data;
    this.#holds.delete(userId);
    if (this.keeper?.decides === true) this.keeper.left(hold);
    else this.removed(userId);
  }

  /** Users that are here on this node. */
  holds(): IterableIterator<Hold> {
    return this.#holds.values();
  }

  /** How many these are. */
  get holdCount(): number {
    return this.#holds.size;
  }

  isHeld(userId: string): boolean {
    return this.#holds.has(userId);
  }

  /** The roster counts a hold's user from now on, whoever decided so; its joiners go on. */
  settle(hold: Hold): void {
    this.added(hold.data);
    hold.settled.open();
  }

  /** A user is there, by whatever node. */
  added(data: MemberData): void {
    if (this.roster.add(data)) this.#listener.memberAdded(data.userId, data.json);
  }

  /** A user is on no node any more. */
  removed(userId: string): void {
    const member = this.roster.remove(userId);
    if (member !== undefined) this.#listener.memberRemoved(userId, member.userIdJson);
  }

  /** The whole truth, after a gap: what differs from what was told is told now, once. */
  replaced(members: readonly MemberData[]): void {
    const present = new Set(members.map(({ userId }) => userId));
    for (const { userId } of [...this.roster.members()]) if (!present.has(userId)) this.removed(userId);
    for (const data of members) this.added(data);
  }
}
