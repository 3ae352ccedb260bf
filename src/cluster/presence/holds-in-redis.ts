import type { Hold, Presence } from "../../hub/channels/presence.ts";
import { userSubject } from "../../hub/cluster/departure-mark.ts";
import type { Later } from "../command-batch.ts";
import type { DepartureMarks } from "../departures/departure-marks.ts";
import { type KnownPresence, PresenceCommands, type PresenceCommandsParts } from "./presence-commands.ts";
import { UnsentChanges } from "./unsent-changes.ts";

/** What one topic's holds need of the rest of the cluster. */
export interface HoldsInRedisParts extends PresenceCommandsParts {
  readonly topic: string;
  /** `PendingAnswers.expect`. */
  readonly expect: (alone: () => void) => () => void;
  readonly marks: Pick<
    DepartureMarks,
    "token" | "departedAlone" | "isDepartedAlone" | "returned" | "departed"
  >;
}

/** Takes all members that Redis knows, and the holds of this node among them. `isSure`: Redis knew the holds of all nodes. */
export type MembersKnown = (known: KnownPresence, holds: readonly Hold[], isSure: boolean) => void;

/**
 * Tells Redis at the end of each turn which users this node holds on one topic, and has reported what Redis says about it. A user that
 * comes and goes within a turn, or goes and comes back the same, is not worth a command.
 */
export class HoldsInRedis {
  readonly #presence: Presence;
  readonly #parts: HoldsInRedisParts;
  readonly #commands: PresenceCommands;
  readonly #unsent: UnsentChanges;
  /** Whether Redis knows the holds of all nodes: not while nodes come back to a Redis that has lost its data. */
  readonly #isSure: () => boolean;
  /**
   * Holds that have ended, by user, until it is known whether another node holds the user; `undefined` in place of the hold once
   * Redis has said that none does, and the change has not come here yet.
   */
  readonly #leaving = new Map<string, Hold | undefined>();
  /** Holds of which Redis has not said whether they added their user, for an application that has its members reported. */
  #undecided: Set<Hold> | undefined;
  /** Holds of which an earlier stay had told Redis without an answer: it may have come late, and added the user unheard. */
  #unanswered: Set<Hold> | undefined;
  /** Counts the questions for all members: an answer to an earlier one says nothing about now. */
  #question = 0;
  /** Users that Redis has removed and that are on the roster all the same, since another node may hold them that has not come back yet. */
  #removed: Set<string> | undefined;
  /** The question that is asked at the end of this turn. */
  #due: Later | undefined;
  /** Of a topic that was released: holds whose end Redis has not answered, with what to call when it has. */
  readonly #expected = new Map<Hold, () => void>();
  /** Whether Redis was asked, and so may have holds of this object's. */
  #hasAsked = false;

  constructor(presence: Presence, parts: HoldsInRedisParts, isSure: () => boolean) {
    this.#isSure = isSure;
    this.#presence = presence;
    this.#parts = parts;
    this.#commands = new PresenceCommands(parts);
    this.#unsent = new UnsentChanges(parts.batch);
  }

  /**
   * A hold has begun. `joined` is called with the version as of which Redis has counted it, unless all members are asked for
   * meanwhile, which brings it too.
   */
  join(hold: Hold, joined: (version: number) => void): void {
    const { userId } = hold.data, left = this.#unsent.leaveOf(userId);
    this.#leaving.delete(userId);
    if (left === undefined || !isSame(left, hold)) {
      return this.#unsent.join(hold, () => this.#sendJoin(hold, joined));
    }
    this.#unsent.withdraw(userId);
    hold.isAsked = hold.isDecided = true;
    this.#presence.confirm(hold);
  }

  /** A hold has ended. */
  leave(hold: Hold): void {
    const { userId } = hold.data;
    // Redis has never heard of it.
    if (this.#unsent.joinOf(userId) === hold) return this.#unsent.withdraw(userId);
    this.#leaving.set(userId, hold);
    this.#unsent.leave(hold, () => this.#sendLeave(hold));
  }

  /** A hold has ended before Redis was asked: the question that follows says it. */
  leaveUnasked(hold: Hold): void {
    this.#leaving.set(hold.data.userId, hold);
  }

  /** The change that a user was removed has come from Redis. */
  removed(userId: string): void {
    this.#leaving.delete(userId);
    if (!this.#isSure()) (this.#removed ??= new Set()).add(userId);
  }

  /** The change that a user was added has come from Redis. */
  added(userId: string): void {
    this.#removed?.delete(userId);
  }

  /**
   * Asks for all members at the end of this turn and brings the holds; `asked` is called when it does. `answered` is not called where
   * it is asked again before.
   */
  ask(asked: () => void, answered: MembersKnown): void {
    this.#forget();
    this.#due = this.#parts.batch.later(() => {
      this.#due = undefined;
      asked();
      this.#askNow(answered);
    });
  }

  /** Redis cannot be asked any more: this node decides about all that waits for an answer. */
  part(): void {
    this.#forget();
    for (const hold of this.#undecided ?? []) {
      // It has ended and its removal has come here, but not the answer to its join.
      if (hold.connections === 0 && !this.#leaving.has(hold.data.userId)) this.#presence.leaveAlone(hold);
    }
    this.#undecided = undefined;
    this.#removed = undefined;
    for (const [userId, hold] of this.#leaving) {
      if (this.#presence.isHeld(userId)) continue;
      if (hold === undefined) this.#presence.removeMember(userId);
      else this.#presence.leaveAlone(hold);
    }
    this.#leaving.clear();
    for (const hold of [...this.#presence.holds()]) {
      if (this.#presence.isReported && hold.isAsked && !hold.isDecided) {
        (this.#unanswered ??= new Set()).add(hold);
      }
      this.#presence.confirmAlone(hold);
    }
  }

  /** All holds have ended, and the topic is released. */
  release(): void {
    if (!this.#hasAsked) return this.#forget();
    if (!this.#presence.isReported) return;
    // `part` is not called any more. Redis may lose what it was told with all that it has: then no node would report the departure.
    for (const hold of this.#leaving.values()) {
      if (hold === undefined) continue;
      this.#expected.set(hold, this.#parts.expect(() => this.#presence.leftAlone(hold)));
    }
  }

  #settle(hold: Hold): void {
    this.#expected.get(hold)?.();
    this.#expected.delete(hold);
  }

  #askNow(answered: MembersKnown): void {
    this.#hasAsked = true;
    const question = this.#question;
    const holds = [...this.#presence.holds()], leaving = [...this.#leaving.keys()], token = this.#token();
    for (const hold of holds) hold.isAsked = true;
    const present = this.#presentOf(holds), wasSure = this.#isSure();
    this.#commands.hold(holds, token, (known) => {
      const added = new Set(known.added), isSure = wasSure && this.#isSure();
      for (const hold of holds) {
        const isNew = added.has(hold.data.userId) && (isSure || !present.has(hold));
        // A hold that had been decided before, alone or before the others took this node for dead: they may have reported since that
        // its user was removed. Where they have cleared up after this node, Redis need not know all nodes for that.
        this.#presence.decide(hold, isNew, isNew && (isSure || known.wasGivenUp));
        if (this.#unanswered?.delete(hold) === true && !isNew) this.#reportIfAlone(hold);
      }
      for (const userId of known.removed) this.#reportRemoved(userId, token);
      for (const hold of [...this.#expected.keys()]) this.#settle(hold);
      if (question !== this.#question) return;
      for (const userId of leaving) this.#leaving.delete(userId);
      if (isSure) this.#removed = undefined;
      answered(known, holds, isSure);
    });
  }

  /**
   * What an earlier stay had told Redis has added the user, perhaps after another node has reported that it was removed: it is reported
   * again where no other node holds it, rather twice than never.
   */
  #reportIfAlone(hold: Hold): void {
    this.#commands.countNodes(hold.data.userId, (nodes) => {
      if (nodes === 1 && hold.connections > 0) this.#presence.decide(hold, true, true);
    });
  }

  #sendJoin(hold: Hold, joined: (version: number) => void): void {
    const question = this.#question, isReported = this.#presence.isReported;
    const present = this.#presentOf([hold]), wasSure = this.#isSure();
    hold.isAsked = true;
    if (isReported) (this.#undecided ??= new Set()).add(hold);
    this.#commands.join(hold.data, isReported ? "1" : "", (version, isNew) => {
      this.#undecided?.delete(hold);
      this.#presence.decide(hold, isNew && (wasSure && this.#isSure() || !present.has(hold)));
      if (question === this.#question) joined(version);
    });
  }

  #sendLeave(hold: Hold): void {
    const { userId } = hold.data, token = this.#token(), wasSure = this.#isSure();
    this.#commands.leave(userId, token, (isRemoved) => {
      this.#settle(hold);
      // Another node holds the user.
      if (!isRemoved) {
        this.#leaving.delete(userId);
        // Or Redis has lost that this node did: without a token it is asked once all nodes are back.
        if (!(wasSure && this.#isSure()) && token !== "") this.#reportRemoved(userId, undefined);
        return;
      }
      // The removal comes as a message.
      if (this.#leaving.get(userId) === hold) this.#leaving.set(userId, undefined);
      this.#reportRemoved(userId, token);
    });
  }

  /** What was to be sent or is to be answered counts no more. */
  #forget(): void {
    this.#question++;
    this.#due?.withdraw();
    this.#due = undefined;
    this.#unsent.clear();
  }

  #token(): string {
    const { marks, topic } = this.#parts;
    return this.#presence.isReported ? marks.token(topic) : "";
  }

  /** Of these holds those whose user is in the roster already, not yet reported: Redis may have lost that another node holds the user. */
  #presentOf(holds: readonly Hold[]): ReadonlySet<Hold> {
    const { roster } = this.#presence;
    // One whose removal is reported by now comes anew. While it is not, Redis does not say that the hold adds the user.
    const isPresent = (userId: string): boolean => roster.has(userId) && this.#removed?.has(userId) !== true;
    return new Set(holds.filter(({ isDecided, data }) => !isDecided && isPresent(data.userId)));
  }

  /** An empty token is that of an application that has nothing reported, none that of a mark that Redis does not have. */
  #reportRemoved(userId: string, token: string | undefined): void {
    if (token === "") return;
    const { marks, topic } = this.#parts;
    const mark = { topic, subject: userSubject(userId), token: token ?? "" };
    marks.departed(mark, (each) => this.#presence.reportRemoved(userId, each));
  }
}

/** Whether a user that has left is back as it was, so that Redis and the other nodes need not hear of it. */
function isSame(left: Hold, back: Hold): boolean {
  return left.confirmed.isOpen && left.isDecided && left.data.json === back.data.json;
}
