import type { Hold, Presence, PresenceKeeper } from "../../hub/channels/presence.ts";
import { userSubject } from "../../hub/cluster/departure-mark.ts";
import { type MemberData, parseMemberData } from "../../protocol/member-data.ts";
import type { DepartureMarks } from "../departures/departure-marks.ts";
import type { WireMessage } from "../events/wire-message.ts";
import { type KnownPresence, PresenceCommands, type PresenceCommandsParts } from "./presence-commands.ts";

/** What one topic's presence needs of the rest of the cluster. */
export interface SharedPresenceParts extends PresenceCommandsParts {
  readonly topic: string;
  /** Whether Redis knows the holds of all nodes: not while nodes come back to a Redis that was started anew. */
  readonly knowsAll: () => boolean;
  readonly marks: Pick<
    DepartureMarks,
    "token" | "departedAlone" | "isDepartedAlone" | "returned" | "wasReportedAlone"
  >;
}

/** A change of the members, as it comes from Redis. */
export type PresenceChange = Extract<WireMessage, { readonly type: "member_added" | "member_removed" }>;

/**
 * `apart`: Redis is away, or this node is not enrolled: its own holds decide. `waiting`: this node is enrolled again, and has not asked
 * yet. `asking`: it has asked Redis for all members. `following`: each change comes as a message.
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
  readonly #commands: PresenceCommands;
  #phase: Phase = "waiting";
  /** Of the last change that the roster has. */
  #version = 0;
  /** Changes that have come while this node asks for all members. */
  #early: PresenceChange[] = [];
  /** Holds that Redis has counted as of a version that has not come here yet, in the order of the versions. */
  #joining: Joining[] = [];
  /** The first of them at the last look. */
  #stalled: Joining | undefined;
  /**
   * Holds that have ended, by user, until it is known whether another node holds the user; `undefined` in place of the hold once
   * Redis has said that none does, and the change has not come here yet.
   */
  readonly #leaving = new Map<string, Hold | undefined>();
  /** Holds of which Redis has not said whether they added their user, for an application that has its members reported. */
  #undecided: Set<Hold> | undefined;
  #known: (() => void) | undefined;
  /** Counts the questions for all members: an answer to an earlier one says nothing about now. */
  #question = 0;

  constructor(presence: Presence, parts: SharedPresenceParts) {
    this.#presence = presence;
    this.#parts = parts;
    this.#commands = new PresenceCommands(parts);
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
    this.#question++;
    for (const hold of this.#undecided ?? []) {
      // It has ended and its removal has come here, but not the answer to its join.
      if (hold.connections === 0 && !this.#leaving.has(hold.data.userId)) this.#presence.leaveAlone(hold);
    }
    this.#undecided = undefined;
    for (const [userId, hold] of this.#leaving) {
      if (this.#presence.isHeld(userId)) continue;
      if (hold === undefined) this.#presence.removeMember(userId);
      else this.#presence.leaveAlone(hold);
    }
    this.#leaving.clear();
    for (const hold of [...this.#presence.holds()]) this.#presence.confirmAlone(hold);
    this.#callKnown();
  }

  /** This node is enrolled again; `ask` follows once it listens. */
  waitForRedis(): void {
    this.#phase = "waiting";
  }

  join(hold: Hold): void {
    // The question that follows brings it.
    if (this.#phase === "waiting") return;
    this.#leaving.delete(hold.data.userId);
    const question = this.#question, isReported = this.#presence.isReported;
    hold.isAsked = true;
    if (isReported) (this.#undecided ??= new Set()).add(hold);
    this.#commands.join(hold.data, isReported ? "1" : "", (version, isNew) => {
      this.#undecided?.delete(hold);
      this.#presence.decide(hold, isNew);
      // The question that was asked since has brought the hold.
      if (question !== this.#question) return;
      this.#joining.push({ version, hold });
      this.#confirmJoined();
    });
  }

  leave(hold: Hold): void {
    const { userId } = hold.data;
    this.#leaving.set(userId, hold);
    if (this.#phase === "waiting") return;
    const token = this.#token();
    this.#commands.leave(userId, token, (isRemoved) => {
      // Another node holds the user.
      if (!isRemoved) return void this.#leaving.delete(userId);
      // The removal comes as a message.
      if (this.#leaving.get(userId) === hold) this.#leaving.set(userId, undefined);
      this.#reportRemoved(userId, token);
    });
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

  /** Asks again when a hold has waited since the last call for a change that should have come long ago. */
  checkProgress(): void {
    const waiting = this.#joining[0];
    if (waiting !== undefined && waiting === this.#stalled) this.#ask();
    this.#stalled = waiting;
  }

  /** A change has come from Redis. */
  changed(change: PresenceChange): void {
    if (this.#phase === "asking") this.#early.push(change);
    if (this.#phase !== "following" || change.version <= this.#version) return;
    const data = change.type === "member_added" ? parseMemberData(change.channelData) : undefined;
    if (change.type === "member_added" && change.fresh) {
      this.#setMembers(data === undefined ? [] : [data]);
    } else if (change.version !== this.#version + 1) {
      // While no user is present the next change can only be a fresh one: this one is from before.
      if (this.#version === 0) return;
      this.#early.push(change);
      return this.#ask();
    } else if (change.type === "member_added") {
      if (data !== undefined) this.#presence.addMember(data);
    } else {
      this.#leaving.delete(change.userId);
      this.#presence.removeMember(change.userId);
    }
    this.#version = change.version;
    this.#confirmJoined();
    // Redis forgets the version with the last user. The next one starts at Redis's clock, which may have been set back.
    if (this.#presence.roster.userCount === 0) this.#version = 0;
  }

  #ask(): void {
    this.#phase = "asking";
    const question = ++this.#question;
    this.#joining = [];
    const holds = [...this.#presence.holds()], leaving = [...this.#leaving.keys()], token = this.#token();
    for (const hold of holds) hold.isAsked = true;
    this.#commands.hold(holds, token, (known) => {
      const added = new Set(known.added), knowsAll = this.#parts.knowsAll();
      for (const hold of holds) {
        const isNew = added.has(hold.data.userId);
        // A hold that had been decided before, alone or before the others took this node for dead: they may have reported since that
        // its user was removed.
        this.#presence.decide(hold, isNew, isNew && knowsAll);
      }
      for (const userId of known.removed) this.#reportRemoved(userId, token);
      if (question !== this.#question) return;
      for (const userId of leaving) this.#leaving.delete(userId);
      this.#follow(known, holds);
    });
  }

  #follow({ version, members }: KnownPresence, holds: readonly Hold[]): void {
    this.#version = version;
    this.#phase = "following";
    this.#setMembers(members);
    for (const hold of holds) this.#confirm(hold);
    for (const change of this.#early.splice(0)) this.changed(change);
    this.#callKnown();
  }

  /** These are the members that Redis knows. */
  #setMembers(members: readonly MemberData[]): void {
    if (this.#parts.knowsAll()) return this.#presence.replaceMembers(members);
    for (const data of members) this.#presence.addMember(data);
  }

  #confirmJoined(): void {
    while (this.#joining.length > 0 && this.#joining[0]!.version <= this.#version) {
      this.#confirm(this.#joining.shift()!.hold);
    }
  }

  #confirm(hold: Hold): void {
    if (hold.connections > 0) this.#presence.confirm(hold);
  }

  #callKnown(): void {
    const known = this.#known;
    this.#known = undefined;
    known?.();
  }

  #token(): string {
    const { marks, topic } = this.#parts;
    return this.#presence.isReported ? marks.token(topic) : "";
  }

  #reportRemoved(userId: string, token: string): void {
    if (token === "") return;
    const { marks, topic } = this.#parts, mark = { topic, subject: userSubject(userId), token };
    if (!marks.wasReportedAlone(mark)) this.#presence.reportRemoved(userId, mark);
  }
}
