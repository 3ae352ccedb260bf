import type { DepartureMark } from "../cluster/departure-mark.ts";
import { Latch } from "../cluster/latch.ts";
import type { MemberData } from "../../protocol/member-data.ts";
import { PresenceRoster } from "./presence-roster.ts";

/** A user's stay on this node, over one or several connections. */
export class Hold {
  readonly data: MemberData;
  connections = 1;
  /** Opens once the roster counts the user because of this hold, too: then a joiner may be told who is there. */
  readonly settled = new Latch();
  /** Whether it is known if the user came with this hold. */
  isTold = false;
  /** Whether the keeper has been told of it. */
  isSaid = false;

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
 * Hears who comes and goes, once on all nodes together: where several tell it to their clients, one tells it to the application.
 * Implemented by whoever does that.
 */
export interface PresenceWatcher {
  /** Whether anybody wants to know. */
  readonly isWatching: boolean;
  /** `isAgreed`: all nodes say so together, and that no departure that waits to be told is undone by it. */
  came(userId: string, isAgreed: boolean): void;
  /** `mark` is what says so to the other nodes, where there are some. */
  went(userId: string, mark: DepartureMark | undefined): void;
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
  /** The watcher was told that a user went, without the keeper's word. */
  wentAlone(userId: string): void;
  /** Whether it was, and not since that the user came. */
  isCalledGone(userId: string): boolean;
  /** It was told that a user came. */
  cameBack(userId: string): void;
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
  readonly #watcher: PresenceWatcher | undefined;
  readonly #holds = new Map<string, Hold>();

  constructor(listener: PresenceListener, watcher?: PresenceWatcher) {
    this.#listener = listener;
    this.#watcher = watcher;
  }

  /** Whether the watcher wants to know who comes and goes. */
  get isWatched(): boolean {
    return this.#watcher?.isWatching === true;
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
    else this.settleAlone(hold);
    return hold;
  }

  /** One connection of a user less. */
  leave(hold: Hold): void {
    if (--hold.connections > 0) return;
    const { userId } = hold.data;
    this.#holds.delete(userId);
    if (this.keeper?.decides === true) this.keeper.left(hold);
    else this.leftAlone(hold);
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

  /** As `settle`, where this node decides by itself. */
  settleAlone(hold: Hold): void {
    const { userId } = hold.data;
    // Where the keeper has been asked and has not answered, the roster may have it from this very hold, and what waits to be told of an
    // earlier going may have been told elsewhere: rather told twice than never.
    const isNew = hold.isSaid || !this.roster.has(userId) || this.keeper?.isCalledGone(userId) === true;
    this.#came(hold, isNew, hold.isSaid);
    this.settle(hold);
  }

  /**
   * The keeper knows whether a hold's user came with it; the first answer counts, unless others may have taken the user for
   * gone since (`isBack`).
   */
  came(hold: Hold, isNew: boolean, isBack = false): void {
    if (isBack) hold.isTold = false;
    this.#came(hold, isNew, true);
  }

  /** A user went, and it is this node's to tell. */
  went(userId: string, mark: DepartureMark | undefined): void {
    this.#watcher?.went(userId, mark);
  }

  /** A user is there, by whatever node. */
  added(data: MemberData): void {
    if (!this.roster.add(data)) return;
    this.#listener.memberAdded(data.userId, data.json);
  }

  /** A user is on no node any more. */
  removed(userId: string): boolean {
    const member = this.roster.remove(userId);
    if (member !== undefined) this.#listener.memberRemoved(userId, member.userIdJson);
    return member !== undefined;
  }

  /** As `removed`, where this node decides by itself about a hold that has ended. */
  leftAlone(hold: Hold): void {
    const { userId } = hold.data;
    // Where the keeper has not answered nobody may have been told that it came.
    const isUntold = !hold.isTold;
    this.#came(hold, true, false);
    if (!this.removed(userId) && !isUntold || !this.isWatched) return;
    if (this.keeper?.isCalledGone(userId) === true) return;
    this.keeper?.wentAlone(userId);
    this.went(userId, undefined);
  }

  /** The whole truth, after a gap: what differs from what was told is told now, once. */
  replaced(members: readonly MemberData[]): void {
    const present = new Set(members.map(({ userId }) => userId));
    for (const { userId } of [...this.roster.members()]) if (!present.has(userId)) this.removed(userId);
    for (const data of members) this.added(data);
  }

  #came(hold: Hold, isNew: boolean, isAgreed: boolean): void {
    if (hold.isTold) return;
    hold.isTold = true;
    if (!isNew || !this.isWatched) return;
    this.keeper?.cameBack(hold.data.userId);
    this.#watcher?.came(hold.data.userId, isAgreed);
  }
}
