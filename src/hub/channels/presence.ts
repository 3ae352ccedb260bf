import type { DepartureMark } from "../cluster/departure-mark.ts";
import { Latch } from "./latch.ts";
import type { MemberData } from "../../protocol/member-data.ts";
import { PresenceRoster } from "./presence-roster.ts";

/** A user that is present on this node, over one or several connections. */
export class Hold {
  readonly data: MemberData;
  connections = 1;
  /** Opens once the user is in the roster and this hold keeps it there: from then on its clients may be sent the roster. */
  readonly confirmed = new Latch();
  /** Whether it is decided if the user was added by this hold, which is reported once at most. */
  isDecided = false;
  /** Whether the keeper has been asked. */
  isAsked = false;

  constructor(data: MemberData) {
    this.data = data;
  }
}

/** Announces the changes of the roster to clients. */
export interface PresenceListener {
  /** A user has come. `json` is its `channel_data`. */
  memberAdded(userId: string, json: string): void;
  /** A user has left. `userIdJson` is its id as JSON text. */
  memberRemoved(userId: string, userIdJson: string): void;
}

/** Reports the changes to the application. Every node announces them to its clients, one node reports them. */
export interface PresenceReporter {
  /** Whether the application has its members reported. */
  readonly isReporting: boolean;
  /** `isAgreed`: all nodes agree, and no departure that waits to be reported is undone by it. */
  memberAdded(userId: string, isAgreed: boolean): void;
  /** `mark` is the other nodes' entry of the departure, where there are other nodes. */
  memberRemoved(userId: string, mark: DepartureMark | undefined): void;
}

/**
 * Decides who is present when there are other nodes: a change of this node's holds goes to the keeper, and the roster follows what
 * the keeper says. A part of the port to the cluster: `ClusterInterest.listen` sets it.
 */
export interface PresenceKeeper {
  /** Whether the keeper decides. While it is cut off from the other nodes, this node's own holds decide. */
  readonly decides: boolean;
  /** A hold has begun: a user has come to this node. */
  join(hold: Hold): void;
  /** A hold has ended: a user has left this node. */
  leave(hold: Hold): void;
  /** A user's departure was reported without the other nodes having confirmed it. */
  departedAlone(userId: string): void;
  /** Whether that was reported last, so that the application takes the user for gone. */
  isDepartedAlone(userId: string): boolean;
  /** A user was reported added: the application does not take it for gone any more. */
  returned(userId: string): void;
}

/**
 * Who is present: on a presence channel, or as a signed-in user. Two lists are kept apart: the holds, which are the users on this
 * node, and the roster, which has the users of all nodes as this node's clients know them. Without a keeper a hold changes the roster
 * at once.
 */
export class Presence {
  readonly roster = new PresenceRoster();
  /** Set while the topic is listened to in a cluster. */
  keeper: PresenceKeeper | undefined;
  /** Members whose connections were cut and may come back: they keep a channel open that has no subscription. */
  heldPlaces = 0;
  readonly #listener: PresenceListener;
  readonly #reporter: PresenceReporter | undefined;
  readonly #holds = new Map<string, Hold>();

  constructor(listener: PresenceListener, reporter?: PresenceReporter) {
    this.#listener = listener;
    this.#reporter = reporter;
  }

  /** Whether the application has its members reported. */
  get isReported(): boolean {
    return this.#reporter?.isReporting === true;
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
    if (this.keeper?.decides === true) this.keeper.join(hold);
    else this.confirmAlone(hold);
    return hold;
  }

  /** One connection of a user less. */
  leave(hold: Hold): void {
    if (--hold.connections > 0) return;
    const { userId } = hold.data;
    this.#holds.delete(userId);
    if (this.keeper?.decides === true) this.keeper.leave(hold);
    else this.leaveAlone(hold);
  }

  /** The users on this node. */
  holds(): IterableIterator<Hold> {
    return this.#holds.values();
  }

  /** How many users are on this node. */
  get holdCount(): number {
    return this.#holds.size;
  }

  isHeld(userId: string): boolean {
    return this.#holds.has(userId);
  }

  /** Whether the user is on this node, and its hold is confirmed. */
  isConfirmed(userId: string): boolean {
    return this.#holds.get(userId)?.confirmed.isOpen === true;
  }

  /** The roster has a hold's user from now on, and the clients that wait for that go on. */
  confirm(hold: Hold): void {
    this.addMember(hold.data);
    hold.confirmed.open();
  }

  /** As `confirm`, where this node decides alone. */
  confirmAlone(hold: Hold): void {
    const { userId } = hold.data;
    // A hold of which the keeper has been asked and has not answered counts as new: the roster may have the user because of this very
    // hold, and another node may have reported an earlier departure. An addition is rather reported twice than never.
    const isNew = hold.isAsked || !this.roster.has(userId) || this.keeper?.isDepartedAlone(userId) === true;
    this.#decide(hold, isNew, hold.isAsked);
    this.confirm(hold);
  }

  /**
   * The keeper has answered whether a hold added its user (`isNew`). The first answer counts, unless the other nodes may have
   * reported since that the user was removed (`isBack`).
   */
  decide(hold: Hold, isNew: boolean, isBack = false): void {
    if (isBack) hold.isDecided = false;
    this.#decide(hold, isNew, true);
  }

  /** Reports that a user was removed: this node is the one that reports it. */
  reportRemoved(userId: string, mark: DepartureMark | undefined): void {
    this.#reporter?.memberRemoved(userId, mark);
  }

  /** A user is present on some node. */
  addMember(data: MemberData): void {
    if (!this.roster.add(data)) return;
    this.#listener.memberAdded(data.userId, data.json);
  }

  /** A user is present on no node any more. Whether the roster had it. */
  removeMember(userId: string): boolean {
    const member = this.roster.remove(userId);
    if (member !== undefined) this.#listener.memberRemoved(userId, member.userIdJson);
    return member !== undefined;
  }

  /** As `removeMember` and `reportRemoved`, where a hold has ended and this node decides alone. */
  leaveAlone(hold: Hold): void {
    const { userId } = hold.data;
    // Where the keeper has not answered, no node may have reported that the user was added: that comes first.
    const isUndecided = !hold.isDecided;
    this.#decide(hold, true, false);
    if (this.removeMember(userId) || isUndecided) this.#reportAlone(userId);
  }

  /** As `leaveAlone`, on a channel that has no client here any more to which it would be announced. */
  leftAlone(hold: Hold): void {
    this.#decide(hold, true, false);
    this.#reportAlone(hold.data.userId);
  }

  /** These are all members, after a gap: each difference to the roster is announced once. */
  replaceMembers(members: readonly MemberData[]): void {
    const present = new Set(members.map(({ userId }) => userId));
    for (const { userId } of [...this.roster.members()]) if (!present.has(userId)) this.removeMember(userId);
    for (const data of members) this.addMember(data);
  }

  #reportAlone(userId: string): void {
    if (!this.isReported || this.keeper?.isDepartedAlone(userId) === true) return;
    this.keeper?.departedAlone(userId);
    this.reportRemoved(userId, undefined);
  }

  #decide(hold: Hold, isNew: boolean, isAgreed: boolean): void {
    if (hold.isDecided) return;
    hold.isDecided = true;
    if (!isNew || !this.isReported) return;
    this.keeper?.returned(hold.data.userId);
    this.#reporter?.memberAdded(hold.data.userId, isAgreed);
  }
}
