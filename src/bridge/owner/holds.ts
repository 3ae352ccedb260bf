import { userOfSubject, userSubject, VACANT } from "../../hub/cluster/departure-mark.ts";
import type { Asked, CrossingMember, Handlers } from "../calls.ts";
import type { Listeners } from "./listeners.ts";
import type { Marks } from "./marks.ts";
import type { Peer } from "./peer.ts";

/** Milliseconds that a user stays present whose client is on its way to another process: 15 s with the beat that ends them. */
const MOVING = 14_000;
/** As {@link MOVING}, where the process has died: clients come back after a second. */
const DIED = 5000;

/** What holds need of the rest of the owner. */
export interface HoldsParts {
  readonly listeners: Listeners;
  readonly marks: Marks;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** Whether there is a node to which clients can move. */
  readonly hasPlace: () => boolean;
  /** The node that reports for one that has gone. */
  readonly reporter: () => Peer | undefined;
}

interface Held {
  readonly holders: Set<Peer>;
  /** The user's `channel_data`; `undefined` where the subject is the channel. */
  readonly json: string | undefined;
  isReported: boolean;
  /** When it ends, if no node holds it again until then; `undefined` while one does. */
  until: number | undefined;
}

/**
 * Who is present and which channels are occupied: a subject of a topic (a user, or {@link VACANT} for the channel as a whole) is there
 * while at least one node holds it. A change, the message about it and the answer which node has made it are one step.
 */
export class Holds {
  readonly asked: Pick<
    Handlers<Asked, Peer>,
    "join" | "leave" | "occupy" | "vacate" | "confirm" | "users" | "userCounts"
  >;
  readonly #parts: HoldsParts;
  /** Topic -> subject; users in the order in which they came. */
  readonly #topics = new Map<string, Map<string, Held>>();
  /** Those that no node holds, and which have not ended yet. */
  readonly #ending = new Set<() => void>();

  constructor(parts: HoldsParts) {
    this.#parts = parts;
    this.asked = {
      join: (peer, topic, userId, json, isReported) =>
        this.#hold(peer, topic, userSubject(userId), isReported, json),
      leave: (peer, topic, userId, token) => this.#letGo(peer, topic, userSubject(userId), token),
      occupy: (peer, topic) => this.#hold(peer, topic, VACANT, true),
      vacate: (peer, topic, token) => this.#letGo(peer, topic, VACANT, token),
      confirm: (_peer, topic, subject, token) =>
        token === ""
          ? this.#topics.get(topic)?.has(subject) !== true
          : this.#parts.marks.take(topic, subject, token),
      users: (_peer, topic) => this.#users(topic).map((userId) => JSON.stringify(userId)),
      userCounts: (_peer, topics) => topics.map((topic) => this.#users(topic).length),
    };
  }

  /** A node holds several users of a topic. Answers with those that were added by it. */
  bring(peer: Peer, topic: string, holds: readonly CrossingMember[], isReported: boolean): readonly string[] {
    const isNew = ([userId, json]: CrossingMember): boolean =>
      this.#hold(peer, topic, userSubject(userId), isReported, json);
    return holds.filter(isNew).map(([userId]) => userId);
  }

  /** The `channel_data` of all users of a topic. */
  members(topic: string): readonly string[] {
    return Array.from(this.#topics.get(topic)?.values() ?? []).flatMap(({ json }) => json ?? []);
  }

  /** A node has gone. What it held ends at once where it has said goodbye and its clients do not move. */
  drop(peer: Peer, saidGoodbye: boolean): void {
    const patience = peer.isMoving ? MOVING : saidGoodbye ? 0 : DIED;
    for (const [topic, subjects] of this.#topics) {
      for (const [subject, held] of subjects) {
        if (held.holders.delete(peer) && held.holders.size === 0) {
          this.#endLater(topic, subject, held, patience);
        }
      }
    }
  }

  /** Ends what no node has held again in time; all of it where clients have no place to go. */
  sweep(): void {
    for (const end of [...this.#ending]) end();
  }

  #hold(peer: Peer, topic: string, subject: string, isReported: boolean, json?: string): boolean {
    let subjects = this.#topics.get(topic);
    if (subjects === undefined) this.#topics.set(topic, subjects = new Map());
    const known = subjects.get(subject);
    if (known !== undefined) {
      known.holders.add(peer);
      known.isReported ||= isReported;
      known.until = undefined;
      return false;
    }
    subjects.set(subject, { holders: new Set([peer]), json, isReported, until: undefined });
    if (json !== undefined) this.#parts.listeners.tell(topic, "added", topic, json);
    return !this.#parts.marks.take(topic, subject);
  }

  #letGo(peer: Peer, topic: string, subject: string, token: string): boolean {
    const held = this.#topics.get(topic)?.get(subject);
    if (held === undefined || !held.holders.delete(peer) || held.holders.size > 0) return false;
    if (peer.isMoving && this.#parts.hasPlace()) {
      this.#endLater(topic, subject, held, MOVING);
      return false;
    }
    this.#end(topic, subject);
    if (token !== "") this.#parts.marks.put(topic, subject, token, peer);
    return true;
  }

  #endLater(topic: string, subject: string, held: Held, patience: number): void {
    const until = held.until = this.#parts.now() + patience;
    const end = (): void => {
      // A node holds it again, or has done so since.
      if (held.until !== until) return void this.#ending.delete(end);
      if (this.#parts.now() < until && this.#parts.hasPlace()) return;
      this.#ending.delete(end);
      held.until = undefined;
      this.#end(topic, subject);
      if (held.isReported) this.#parts.marks.hand(topic, subject, this.#parts.reporter());
    };
    this.#ending.add(end);
    end();
  }

  #end(topic: string, subject: string): void {
    const subjects = this.#topics.get(topic), userId = userOfSubject(subject);
    if (subjects?.delete(subject) === true && subjects.size === 0) this.#topics.delete(topic);
    if (userId !== undefined) this.#parts.listeners.tell(topic, "removed", topic, userId);
  }

  #users(topic: string): string[] {
    return Array.from(this.#topics.get(topic)?.keys() ?? []).flatMap((subject) =>
      userOfSubject(subject) ?? []
    );
  }
}
