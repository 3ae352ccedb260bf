import type { Hold, Presence, PresenceKeeper } from "../../hub/channels/presence.ts";
import type { MemberData } from "../../protocol/member-data.ts";
import type { RedisCommand } from "../../redis/redis-link.ts";
import { userSubject } from "../../hub/cluster/departure-mark.ts";
import type { PresenceWire } from "./presence-wire.ts";
import { inOrderOfComing, membersOf } from "./wire-members.ts";
import { ENTER, HOLD, LEAVE } from "../redis-scripts.ts";
import type { WireMessage } from "../events/wire-message.ts";

/** A change of who is present, as it comes from Redis. */
export type PresenceChange = Extract<WireMessage, { readonly type: "came" | "went" }>;

/**
 * `apart`: Redis is away, this node decides for itself. `waiting`: Redis is there, but this node does not listen yet. `asking`:
 * the whole truth has been asked for. `following`: each change comes as a message.
 */
type Phase = "apart" | "waiting" | "asking" | "following";

interface Entering {
  readonly version: number;
  readonly hold: Hold;
}

/**
 * Keeps one topic's presence the same on all nodes. This node tells Redis whom it holds; who is present follows from Redis's
 * messages alone, in their order, so that all nodes see the same. A missing version, or a return after an outage, has the whole
 * truth asked for, and what differs is told to the clients once.
 */
export class SharedPresence implements PresenceKeeper {
  readonly #presence: Presence;
  readonly #wire: PresenceWire;
  #phase: Phase = "waiting";
  #version = 0;
  /** Changes that came while the truth was asked for. */
  #early: PresenceChange[] = [];
  /** Holds whose user Redis has counted at a version that has not come here yet, in the order of the versions. */
  #entering: Entering[] = [];
  /** The first of them at the last look. */
  #stalled: Entering | undefined;
  /** Holds that have ended, by their users, until these are known to be there still or to be gone; `undefined` once Redis said gone. */
  readonly #leaving = new Map<string, Hold | undefined>();
  /** Holds of which Redis has not said whether their user came with them, for an application that is told. */
  #untold: Set<Hold> | undefined;
  #known: (() => void) | undefined;
  /** Counts the times that the truth was asked for: answers to an older question mean nothing. */
  #question = 0;

  constructor(presence: Presence, wire: PresenceWire) {
    this.#presence = presence;
    this.#wire = wire;
    presence.keeper = this;
  }

  get decides(): boolean {
    return this.#phase !== "apart";
  }

  /** Asks for the truth, with this node's holds as part of it. The node MUST be listening. `known` is called with the answer. */
  ask(known: () => void): void {
    this.#known = known;
    this.#ask();
  }

  /** As `ask`, where nobody waits for the answer. */
  askAgain(): void {
    if (this.#phase === "following") this.#ask();
  }

  /** Redis is away: whoever waits goes on, and this node's own holds decide. */
  partFromRedis(): void {
    this.#phase = "apart";
    this.#early = [];
    this.#entering = [];
    this.#question++;
    for (const hold of this.#untold ?? []) {
      // Its going has come here, the answer about its coming has not.
      if (hold.connections === 0 && !this.#leaving.has(hold.data.userId)) this.#presence.leftAlone(hold);
    }
    this.#untold = undefined;
    for (const [userId, hold] of this.#leaving) {
      if (this.#presence.isHeld(userId)) continue;
      if (hold === undefined) this.#presence.removed(userId);
      else this.#presence.leftAlone(hold);
    }
    this.#leaving.clear();
    for (const hold of [...this.#presence.holds()]) this.#presence.settleAlone(hold);
    this.#tellKnown();
  }

  /** Redis is back, but this node does not listen yet. */
  waitForRedis(): void {
    this.#phase = "waiting";
  }

  entered(hold: Hold): void {
    if (this.#phase === "waiting") return;
    const { userId, json } = hold.data;
    this.#leaving.delete(userId);
    const question = this.#question;
    const token = this.#presence.isWatched ? "1" : "";
    hold.isSaid = true;
    if (token !== "") (this.#untold ??= new Set()).add(hold);
    this.#send(ENTER, [token, userId, json], (answer) => {
      const [version, came] = answer as [string, string[]];
      this.#untold?.delete(hold);
      this.#presence.came(hold, came.length > 0);
      // A truth that was asked for since knows of the hold.
      if (question !== this.#question) return;
      this.#entering.push({ version: Number(version), hold });
      this.#settleEntered();
    });
  }

  left(hold: Hold): void {
    const { userId } = hold.data;
    this.#leaving.set(userId, hold);
    if (this.#phase === "waiting") return;
    const token = this.#token();
    this.#send(LEAVE, [token, userId], (answer) => {
      // Another node holds it; otherwise its going comes as a message.
      if (answer !== 1) this.#leaving.delete(userId);
      else {
        if (this.#leaving.get(userId) === hold) this.#leaving.set(userId, undefined);
        this.#went(userId, token);
      }
    });
  }

  wentAlone(userId: string): void {
    this.#wire.marks.wentAlone(this.#wire.topic, userSubject(userId));
  }

  isCalledGone(userId: string): boolean {
    return this.#wire.marks.isCalledGone(this.#wire.topic, userSubject(userId));
  }

  cameBack(userId: string): void {
    this.#wire.marks.cameBack(this.#wire.topic, userSubject(userId));
  }

  /** Asks anew when a hold has waited since the last call for a change that should have come long ago. */
  checkProgress(): void {
    const waiting = this.#entering[0];
    if (waiting !== undefined && waiting === this.#stalled) this.#ask();
    this.#stalled = waiting;
  }

  /** A change came from Redis. */
  changed(change: PresenceChange): void {
    if (this.#phase === "asking") this.#early.push(change);
    if (this.#phase !== "following" || change.version <= this.#version) return;
    if (change.type === "came" && change.fresh) {
      this.#believe(membersOf([change.channelData]));
    } else if (change.version !== this.#version + 1) {
      // With nobody there, the next change can only be a fresh one: this one is from before.
      if (this.#version === 0) return;
      this.#early.push(change);
      return this.#ask();
    } else if (change.type === "came") {
      for (const data of membersOf([change.channelData])) this.#presence.added(data);
    } else {
      this.#leaving.delete(change.userId);
      this.#presence.removed(change.userId);
    }
    this.#version = change.version;
    this.#settleEntered();
    // Redis remembers no version of nobody; the next one is of its clock then, which may have been set back.
    if (this.#presence.roster.userCount === 0) this.#version = 0;
  }

  #ask(): void {
    this.#phase = "asking";
    const question = ++this.#question;
    this.#entering = [];
    const holds = [...this.#presence.holds()], leaving = [...this.#leaving.keys()];
    this.#wire.register();
    const held = holds.flatMap(({ data }) => [data.userId, data.json]), token = this.#token();
    for (const hold of holds) hold.isSaid = true;
    this.#send(HOLD, [token, ...held], (answer) => {
      const [, , came, gone] = answer as [string | null, string[], string[], string[]];
      const arrived = new Set(came), knowsAll = this.#wire.knowsAll();
      for (const hold of holds) {
        const isNew = arrived.has(hold.data.userId);
        // Told before, when Redis was away or before the others took this node for dead: they may have told since that it went.
        this.#presence.came(hold, isNew, isNew && knowsAll);
      }
      for (const userId of gone) this.#went(userId, token);
      if (question !== this.#question) return;
      for (const userId of leaving) this.#leaving.delete(userId);
      this.#take(answer, holds);
    });
  }

  #take(answer: unknown, holds: readonly Hold[]): void {
    const [version, fields] = answer as [string | null, string[]];
    this.#version = Number(version ?? 0);
    this.#phase = "following";
    this.#believe(inOrderOfComing(fields));
    for (const hold of holds) this.#settle(hold);
    for (const change of this.#early.splice(0)) this.changed(change);
    this.#tellKnown();
  }

  /** These are the members, as far as Redis knows. */
  #believe(members: readonly MemberData[]): void {
    if (this.#wire.knowsAll()) return this.#presence.replaced(members);
    for (const data of members) this.#presence.added(data);
  }

  #settleEntered(): void {
    while (this.#entering.length > 0 && this.#entering[0]!.version <= this.#version) {
      this.#settle(this.#entering.shift()!.hold);
    }
  }

  #settle(hold: Hold): void {
    if (hold.connections > 0) this.#presence.settle(hold);
  }

  #tellKnown(): void {
    const known = this.#known;
    this.#known = undefined;
    known?.();
  }

  #token(): string {
    const { marks, topic } = this.#wire;
    return this.#presence.isWatched ? marks.token(topic) : "";
  }

  #went(userId: string, token: string): void {
    if (token === "") return;
    const { marks, topic } = this.#wire, mark = { topic, subject: userSubject(userId), token };
    if (!marks.wasToldAlone(mark)) this.#presence.went(userId, mark);
  }

  #send(
    script: typeof ENTER,
    args: readonly string[],
    answered: (answer: unknown) => void,
  ): void {
    const { members, references, version, departed, holds } = this.#wire.keys();
    const former = script === HOLD ? this.#wire.formerHolds() : [];
    const command: RedisCommand = {
      script,
      keys: [members, references, version, departed, holds, ...former],
      args: [this.#wire.channel, this.#wire.publish(), ...args],
    };
    this.#wire.batch.add(command, (answer) => {
      if (answer instanceof Error) this.#wire.refused(answer);
      else answered(answer);
    });
  }
}
