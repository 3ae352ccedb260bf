import type { SavedEntry } from "./recovery-state.ts";
import { compareIds } from "../cluster/cluster-log.ts";
import { type CutConnection, oneReturned } from "./cut-connection.ts";

/** Where a client goes on in a channel. */
export interface ClaimedPosition {
  readonly position: number;
  /** The same by the log that all nodes share, where it is known. */
  readonly id: string | undefined;
  /** The `socket_id`s that its client had, as far as they are certain: events that left them out are not sent to it. */
  readonly socketIds: readonly string[];
  /** What comes before that: it was missed while the client was on another node. */
  readonly before: readonly SavedEntry[];
  /** Milliseconds from which on nothing of that is on its way from another node any more. */
  readonly isSettledAt: number;
}

/** Milliseconds in which a client that has come back subscribes to what it was on, also where its application is slow to authorize it. */
const SOON = 30_000;

/**
 * The cut connections that a handshake has named. One of them has come back, and where there are several it cannot be seen which one:
 * each channel then begins at the lowest position, rather twice than not at all.
 */
export class Claim {
  readonly #candidates: CutConnection[] = [];
  /** Number of the ping whose answer makes it final: what was sent again has arrived. */
  finalAt: number | undefined = undefined;
  /** Whether it is final. */
  isFinal = false;
  /** Channels in which the client went on. */
  readonly #channels = new Set<string>();

  /** Names of the handshake of which nothing is known. */
  readonly unknown = new Set<string>();

  readonly #openedAt: number;
  /** Milliseconds until which the client subscribes to what it was on; a later subscription is a new one. */
  readonly #until: number;
  readonly #mayBeLost: (name: string) => boolean;

  /** `mayBeLost` says whether a connection that nothing is known of may have been open lately. */
  constructor(openedAt: number, until: number, mayBeLost: (name: string) => boolean) {
    this.#openedAt = openedAt;
    this.#until = until;
    this.#mayBeLost = mayBeLost;
  }

  /**
   * Whether the client may have been on a channel of which nothing is known, since its node has died. It subscribes to such a channel
   * soon after it has come back; that it has gone on in others by then says nothing of this one.
   */
  isUnsure(now: number): boolean {
    if (now >= this.#openedAt + SOON) return false;
    return this.#candidates.some((each) => each.isUnsure) || [...this.unknown].some(this.#mayBeLost);
  }

  get isEmpty(): boolean {
    return this.#candidates.length === 0;
  }

  /** Whether nothing can be claimed by it any more. */
  isOver(now: number): boolean {
    return now >= this.#until;
  }

  /** One more that the client may have been. */
  add(candidate: CutConnection): void {
    if (!this.#candidates.includes(candidate)) this.#candidates.push(candidate);
  }

  /** It was none of the client's connections, or has come back already. */
  remove(name: string): void {
    const index = this.#candidates.findIndex((each) => each.name === name);
    if (index !== -1) this.#candidates.splice(index, 1);
  }

  /** Where the client goes on; `undefined` where none of them was on the channel. */
  positionOf(channel: string, now: number): ClaimedPosition | undefined {
    if (this.isOver(now)) return undefined;
    let position: number | undefined, id: string | undefined, hasIds = true;
    const possible = this.#candidates.filter((each) => {
      const own = each.positions.get(channel);
      if (own === undefined) return false;
      position = position === undefined ? own : Math.min(position, own);
      const ownId = each.ids.get(channel);
      if (ownId === undefined) hasIds = false;
      else if (id === undefined || compareIds(ownId, id) < 0) id = ownId;
      return true;
    });
    if (position === undefined) return undefined;
    let before: readonly SavedEntry[] = [];
    for (const each of possible) {
      const own = each.before.get(channel);
      if (own !== undefined && own.length > before.length) before = own;
    }
    const isSettledAt = Math.max(...possible.map((each) => each.isSettledAt));
    const socketIds = possible.length === 1 ? possible[0]!.socketIds : [];
    return { position, id: hasIds ? id : undefined, before, isSettledAt, socketIds };
  }

  /** The client is a member of a presence channel again: the place that was held for it is not needed any more, but those of its tabs are. */
  releasePlace(channel: string, userId: string): void {
    for (const { places } of this.#candidates) if (places?.release(channel, userId) === true) return;
  }

  /** One of them that can come back, and had these users. */
  heldFor(users: readonly string[]): CutConnection | undefined {
    return this.#candidates.find((each) => !each.isTaken && users.every((user) => each.users.includes(user)));
  }

  /** The client has gone on in a channel. */
  wentOn(channel: string): void {
    this.#channels.add(channel);
  }

  /** The client was sent what it had missed, and has it. The answer are the cut connections that cannot be claimed any more. */
  finish(): { readonly taken: readonly CutConnection[]; readonly possible: readonly CutConnection[] } {
    if (this.isFinal) return { taken: [], possible: [] };
    this.isFinal = true;
    const possible = this.#candidates.filter(({ positions }) => {
      for (const channel of this.#channels) if (positions.has(channel)) return true;
      return this.#channels.size === 0;
    });
    return { taken: oneReturned(possible), possible };
  }

  hasGoneOn(channel: string): boolean {
    return this.#channels.has(channel);
  }

  /** Whether the client has gone on in a channel. */
  get isUsed(): boolean {
    return this.#channels.size > 0;
  }

  /** The `socket_id`s that the client had, where only one of the connections can be meant. */
  get socketIds(): readonly string[] {
    return this.#candidates.length === 1 ? this.#candidates[0]!.socketIds : [];
  }

  /** Channels of the earlier connections that the client has not subscribed to yet, each with the position in it. */
  *rest(now: number): IterableIterator<[channel: string, claimed: ClaimedPosition]> {
    const seen = new Set(this.#channels);
    for (const { positions, until } of this.#candidates) {
      if (now >= until) continue;
      for (const channel of positions.keys()) {
        if (seen.has(channel)) continue;
        seen.add(channel);
        const claimed = this.positionOf(channel, now);
        if (claimed !== undefined) yield [channel, claimed];
      }
    }
  }
}
