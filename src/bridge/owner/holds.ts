import { userOfSubject, userSubject, VACANT } from "../../hub/cluster/departure-mark.ts";
import { parseMemberData } from "../../protocol/member-data.ts";
import type { Asked, CrossingMember, Handlers } from "../calls.ts";
import type { Listeners } from "./listeners.ts";
import type { Marks } from "./marks.ts";
import type { Peer } from "./peer.ts";
import type { Peers } from "./peers.ts";

/** Beats for which a user stays present whose client is on its way to another process: 15 s at the most. */
const MOVING = 14;
/** As {@link MOVING}, where the process has died: clients come back after a second. */
const DIED = 5;

/** What holds need of the rest of the owner. */
export interface HoldsParts {
  readonly listeners: Listeners;
  readonly marks: Marks;
  readonly peers: Peers;
}

interface Held {
  readonly holders: Set<Peer>;
  /** The user's `channel_data`; `undefined` where the subject is the channel. */
  readonly json: string | undefined;
  isReported: boolean;
  /** Beats until it ends, if no node holds it again; `undefined` while one does. */
  beats: number | undefined;
}

/**
 * Who is present and which channels are occupied: a subject of a topic (a user, or {@link VACANT} for the channel as a whole) is there
 * while at least one node holds it. A change, the message about it and the answer which node has made it are one step.
 */
export class Holds {
  readonly asked: Pick<
    Handlers<Asked, Peer>,
    "join" | "leave" | "occupy" | "vacate" | "confirm" | "users" | "members" | "userCounts"
  >;
  readonly #parts: HoldsParts;
  /** Topic -> subject; users in the order in which they came. */
  readonly #topics = new Map<string, Map<string, Held>>();
  /** What nodes have brought that are bringing what they hold. */
  readonly #fresh = new Map<Peer, Set<Held>>();
  /** Those that no node holds, and which have not ended yet. */
  readonly #ending = new Map<Held, () => void>();

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
      users: (_peer, topic) => this.members(topic).flatMap((json) => parseMemberData(json)?.userIdJson ?? []),
      members: (_peer, topic) => this.members(topic),
      userCounts: (_peer, topics) => topics.map((topic) => this.members(topic).length),
    };
  }

  /** A node brings all that it holds, until `brought`. What it held before and does not bring has left meanwhile. */
  begin(peer: Peer): void {
    this.#fresh.set(peer, new Set());
  }

  /** A node has brought all that it holds. */
  brought(peer: Peer): void {
    for (const topic of this.#topics.keys()) this.#endStale(peer, topic);
    this.#fresh.delete(peer);
  }

  /** A node holds these users of a topic and no others. Answers with those that were added by it. */
  bring(peer: Peer, topic: string, holds: readonly CrossingMember[], isReported: boolean): readonly string[] {
    const isNew = ([userId, json]: CrossingMember): boolean =>
      this.#hold(peer, topic, userSubject(userId), isReported, json);
    const added = holds.filter(isNew).map(([userId]) => userId);
    this.#endStale(peer, topic, VACANT);
    return added;
  }

  /** The `channel_data` of all users of a topic. */
  members(topic: string): readonly string[] {
    return Array.from(this.#topics.get(topic)?.values() ?? []).flatMap(({ json }) => json ?? []);
  }

  /** A node has gone. What it held ends at once where it has said goodbye and its clients do not move. */
  drop(peer: Peer, saidGoodbye: boolean): void {
    this.#fresh.delete(peer);
    const patience = peer.isMoving ? MOVING : saidGoodbye ? 0 : DIED;
    for (const [topic, subjects] of this.#topics) {
      for (const [subject, held] of subjects) {
        if (held.holders.delete(peer) && held.holders.size === 0) {
          this.#endLater(topic, subject, held, patience);
        }
      }
    }
  }

  /** Whether something that no node holds has not ended yet. */
  get areEnding(): boolean {
    return this.#ending.size > 0;
  }

  /** Forgets everything. */
  clear(): void {
    this.#topics.clear();
  }

  /** Called every beat: ends what no node has held again in time, and all of it where clients have no place to go. */
  beat(): void {
    for (const [held, end] of this.#ending) {
      if (held.beats === undefined) this.#ending.delete(held);
      else if (--held.beats <= 0 || !this.#parts.peers.havePlace) end();
    }
  }

  #endStale(peer: Peer, topic: string, except?: string): void {
    const fresh = this.#fresh.get(peer);
    if (fresh === undefined) return;
    for (const [subject, held] of this.#topics.get(topic) ?? []) {
      if (subject === except || fresh.has(held) || !held.holders.delete(peer) || held.holders.size > 0) {
        continue;
      }
      this.#endLater(topic, subject, held, peer.isMoving ? MOVING : 0);
    }
  }

  #hold(peer: Peer, topic: string, subject: string, isReported: boolean, json?: string): boolean {
    let subjects = this.#topics.get(topic);
    if (subjects === undefined) this.#topics.set(topic, subjects = new Map());
    const known = subjects.get(subject);
    if (known !== undefined) {
      this.#fresh.get(peer)?.add(known);
      known.holders.add(peer);
      known.isReported ||= isReported;
      known.beats = undefined;
      return false;
    }
    const held: Held = { holders: new Set([peer]), json, isReported, beats: undefined };
    subjects.set(subject, held);
    this.#fresh.get(peer)?.add(held);
    if (json !== undefined) this.#parts.listeners.tell(topic, "added", topic, json);
    return !this.#parts.marks.take(topic, subject);
  }

  #letGo(peer: Peer, topic: string, subject: string, token: string): boolean {
    const held = this.#topics.get(topic)?.get(subject);
    if (held === undefined || !held.holders.delete(peer) || held.holders.size > 0) return false;
    if (peer.isMoving && this.#parts.peers.havePlace) {
      this.#endLater(topic, subject, held, MOVING);
      return false;
    }
    this.#end(topic, subject);
    if (token !== "") this.#parts.marks.put(topic, subject, token, peer);
    return true;
  }

  #endLater(topic: string, subject: string, held: Held, beats: number): void {
    const end = (): void => {
      this.#ending.delete(held);
      held.beats = undefined;
      this.#end(topic, subject);
      if (held.isReported) this.#parts.marks.hand(topic, subject, this.#parts.peers.reporter());
    };
    held.beats = beats;
    if (beats === 0 || !this.#parts.peers.havePlace) end();
    else this.#ending.set(held, end);
  }

  #end(topic: string, subject: string): void {
    const subjects = this.#topics.get(topic), userId = userOfSubject(subject);
    if (subjects?.delete(subject) === true && subjects.size === 0) this.#topics.delete(topic);
    if (userId !== undefined) this.#parts.listeners.tell(topic, "removed", topic, userId);
  }
}
