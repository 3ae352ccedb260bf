import type { Hold, Presence, PresenceKeeper } from "../../hub/channels/presence.ts";
import { userSubject } from "../../hub/cluster/departure-mark.ts";
import { type MemberData, parseMemberData } from "../../protocol/member-data.ts";
import type { WireMessage } from "../events/wire-message.ts";
import { HoldsInRedis } from "./holds-in-redis.ts";
import type { KnownPresence } from "./presence-commands.ts";
import type { SharedPresenceParts } from "./shared-presence-parts.ts";

/** Looks, a second apart, for which a topic of which Redis may have lost the members is not believed. */
const DOUBTS = 2;

/** A change of the members, as it comes from Redis. */
export type PresenceChange = Extract<WireMessage, { readonly type: "member_added" | "member_removed" }>;

/**
 * `apart`: Redis is away, or this node is not enrolled: its own holds decide. `waiting`: this node is enrolled again, and has not asked
 * yet; it asks at the end of a turn. `asking`: it has asked Redis for all members. `following`: each change comes as a message.
 */
type Phase = "apart" | "waiting" | "asking" | "following";

/** A hold that Redis has counted as of a version. */
interface Joining {
  readonly version: number;
  readonly hold: Hold;
}

/**
 * Keeps one topic's presence the same on all nodes. This node tells Redis which users it holds; the roster follows Redis's messages
 * alone, in the order of their versions, so that all nodes announce the same changes in the same order. Where a version is missing,
 * and after an outage, this node asks for all members and announces each difference once.
 */
export class SharedPresence implements PresenceKeeper {
  readonly #presence: Presence;
  readonly #parts: SharedPresenceParts;
  readonly #holds: HoldsInRedis;
  #phase: Phase = "waiting";
  /** Of the last change that the roster has. */
  #version = 0;
  /** Changes that have come while this node asks for all members. */
  #early: PresenceChange[] = [];
  /** Holds that Redis has counted as of a version that has not come here yet, in the order of the versions. */
  #joining: Joining[] = [];
  /** The first of them at the last look. */
  #stalled: Joining | undefined;
  #known: (() => void) | undefined;
  /** Whether the other nodes were asked for members that cannot be read. */
  #hasComplained = false;
  /** Whether the roster has had all members. */
  #isComplete = false;
  /** Whether a change has come since the last look that cannot be read, and perhaps stood for one of Redis. */
  #isDisturbed = false;
  /** Looks until Redis is asked again, which may have lost members. */
  #doubts = 0;

  constructor(presence: Presence, parts: SharedPresenceParts) {
    this.#presence = presence;
    this.#parts = parts;
    this.#holds = new HoldsInRedis(presence, parts, () => this.#isSure);
    presence.keeper = this;
  }

  get decides(): boolean {
    return this.#phase !== "apart";
  }

  /** Asks for all members and brings this node's holds. The node MUST be listening. `known` is called with the answer. */
  ask(known: () => void): void {
    this.#known = known;
    this.#ask();
  }

  /** Asks again, where the members are known already and no client waits. */
  askAgain(): void {
    if (this.#phase === "following") this.#ask();
  }

  /** This node decides alone from now on, also about the holds that wait for an answer. */
  partFromRedis(): void {
    this.#phase = "apart";
    this.#early = [];
    this.#joining = [];
    this.#isComplete = true;
    this.#doubts = 0;
    this.#holds.part();
    this.#callKnown();
  }

  /** This node is enrolled again; `ask` follows once it listens. */
  waitForRedis(): void {
    this.#phase = "waiting";
  }

  /** The topic is released, and all holds have ended. */
  release(): void {
    this.#holds.release();
  }

  join(hold: Hold): void {
    // The question that follows brings it.
    if (this.#phase === "waiting") return;
    this.#holds.join(hold, (version) => {
      this.#joining.push({ version, hold });
      this.#confirmJoined();
    });
  }

  leave(hold: Hold): void {
    const { moving, topic } = this.#parts, { userId } = hold.data;
    if (!moving.isOn) return this.#leave(hold);
    moving.keep(topic, userId, () => {
      if (!this.#presence.isHeld(userId)) this.#leave(hold);
    });
  }

  #leave(hold: Hold): void {
    if (this.#phase === "apart") this.#presence.leaveAlone(hold);
    else if (this.#phase === "waiting") this.#holds.leaveUnasked(hold);
    else this.#holds.leave(hold);
  }

  departedAlone(userId: string): void {
    this.#parts.marks.departedAlone(this.#parts.topic, userSubject(userId));
  }

  isDepartedAlone(userId: string): boolean {
    return this.#parts.marks.isDepartedAlone(this.#parts.topic, userSubject(userId));
  }

  returned(userId: string): void {
    this.#parts.marks.returned(this.#parts.topic, userSubject(userId));
  }

  /**
   * Called once a second. Asks again when a hold has waited since the last call for a change that should have come long ago, and when
   * members that Redis has lost have had time to come back.
   */
  checkProgress(): void {
    const wasDisturbed = this.#isDisturbed;
    this.#isDisturbed = false;
    if (this.#doubts > 0 && --this.#doubts === 0 || wasDisturbed) return this.askAgain();
    const waiting = this.#joining[0];
    if (waiting !== undefined && waiting === this.#stalled) this.#ask();
    this.#stalled = waiting;
  }

  /** A change has come from Redis. */
  changed(change: PresenceChange): void {
    const data = change.type === "member_added" ? parseMemberData(change.channelData) : undefined;
    // Another program has sent it: with such a version no change of Redis would count any more.
    const isForeign = change.version > this.#parts.latestVersion();
    if (isForeign || change.type === "member_added" && data === undefined) {
      this.#isDisturbed = true;
      return this.#parts.unreadable(1);
    }
    if (this.#phase === "asking") this.#early.push(change);
    if (this.#phase !== "following" || change.version <= this.#version) return;
    if (data !== undefined) this.#holds.added(data.userId);
    if (change.type === "member_added" && change.fresh) {
      // No user was present before, as Redis knows it.
      if (this.#presence.roster.userCount > 0 && this.#isSure) return this.#doubt();
      this.#setMembers([data!], this.#isSure);
    } else if (change.version !== this.#version + 1) {
      // While no user is present the next change can only be a fresh one: this one is from before.
      if (this.#version === 0) return;
      this.#early.push(change);
      return this.#ask();
    } else if (change.type === "member_added") {
      this.#presence.addMember(data!);
    } else {
      this.#holds.removed(change.userId);
      // Otherwise another node may hold the user that has not come back yet.
      if (this.#isSure) {
        // It cannot be: Redis counts a hold that is confirmed. So what it has counted is gone.
        if (this.#presence.isConfirmed(change.userId)) return this.#doubt();
        this.#presence.removeMember(change.userId);
      }
    }
    this.#version = change.version;
    this.#confirmJoined();
    // Redis forgets the version with the last user. The next one starts at Redis's clock, which may have been set back.
    if (this.#presence.roster.userCount === 0) this.#version = 0;
  }

  /** Whether a user that Redis does not know is gone. */
  get #isSure(): boolean {
    return this.#doubts === 0 && this.#parts.knowsAll();
  }

  /** Redis has lost the members, and perhaps everything: no user has left. The holds are brought at once. */
  #doubt(): void {
    this.#doubts = DOUBTS;
    this.#parts.suspect();
    this.#ask();
  }

  /** Asks at the end of this turn. Its answer says what was to be said of single users until then. */
  #ask(): void {
    this.#phase = "waiting";
    this.#joining = [];
    this.#holds.ask(
      () => this.#phase = "asking",
      (known, holds, isSure) => this.#follow(known, holds, isSure),
    );
  }

  #follow({ version, members, isWhole }: KnownPresence, holds: readonly Hold[], isSure: boolean): void {
    if (!isWhole && !this.#hasComplained) this.#parts.complain();
    this.#hasComplained = !isWhole;
    this.#version = version;
    this.#phase = "following";
    this.#setMembers(members, isSure);
    this.#isComplete ||= isSure || !this.#parts.isReuniting() && !this.#parts.knowsAll();
    for (const hold of holds) this.#confirm(hold);
    for (const change of this.#early.splice(0)) this.changed(change);
    if (this.#isComplete) this.#callKnown();
    // The nodes that were missing have come back since Redis was asked.
    if (!isSure && this.#isSure) this.#ask();
  }

  /** These are the members that Redis knows. */
  #setMembers(members: readonly MemberData[], isSure: boolean): void {
    if (isSure) return this.#presence.replaceMembers(members);
    for (const data of members) this.#presence.addMember(data);
  }

  #confirmJoined(): void {
    while (this.#joining.length > 0 && this.#joining[0]!.version <= this.#version) {
      this.#confirm(this.#joining.shift()!.hold);
    }
  }

  #confirm(hold: Hold): void {
    // A client is not sent a roster that lacks members which are about to come back: Redis is asked again then.
    if (hold.connections > 0 && this.#isComplete) this.#presence.confirm(hold);
  }

  #callKnown(): void {
    const known = this.#known;
    this.#known = undefined;
    known?.();
  }
}
